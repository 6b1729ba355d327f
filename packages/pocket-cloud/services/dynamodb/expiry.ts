import type { CloudContext } from "../../service";
import type { Change } from "./data/change";
import { keyOfItem } from "./keys";
import type { TableStore } from "./store";

/** AWS deletes expired items some time after they expire; here within the hour. */
const INTERVAL = 3_600_000;
const FIVE_YEARS = 5 * 365 * 86_400;

/** Deletes items whose time to live has passed, on the cloud's clock. */
export class Expiry {
  #cancel: (() => void) | undefined;

  constructor(
    readonly cloud: CloudContext,
    readonly store: TableStore,
  ) {}

  watch(): void {
    if (this.#cancel || !this.store.records.values().some((record) => record.timeToLive)) return;
    const { clock } = this.cloud;
    this.#cancel = clock.schedule(clock.now() + INTERVAL, () => this.#sweep(), "time to live");
  }

  #sweep(): void {
    this.#cancel = undefined;
    const now = Math.floor(this.cloud.clock.now() / 1000);
    for (const { timeToLive, description } of this.store.records.values()) {
      if (!timeToLive) continue;
      const { data } = this.store.open(description.TableName);
      const expired: Change[] = [];
      for (const item of data.main.from(undefined)) {
        const expires = Number(item[timeToLive.attribute]?.N);
        // Times far in the past are taken for something else than seconds since the epoch.
        if (expires < now && expires > now - FIVE_YEARS) expired.push({ delete: keyOfItem(item, data.keys) });
      }
      data.write(expired);
    }
    this.watch();
  }
}

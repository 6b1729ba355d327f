import type { Change } from "./data/table-data";
import { keyOfItem } from "./keys";
import type { TableStore } from "./store";

/** AWS deletes items some time after they expire; this cloud does within an hour. */
const INTERVAL_MS = 3_600_000;
/** AWS ignores times further in the past, because they are probably not in seconds. */
const MAX_AGE_SECONDS = 5 * 365 * 86_400;

const SET = 100;

/** Deletes items whose time to live has passed, on the cloud's clock. */
export class Expiry {
  #scheduled = false;

  constructor(readonly store: TableStore) {}

  /** Schedules the next sweep, if a table has a time to live and none is scheduled. */
  watch(): void {
    if (this.#scheduled || !this.store.records.values().some((record) => record.timeToLive)) return;
    this.#scheduled = true;
    const { clock } = this.store.cloud;
    clock.schedule(clock.now() + INTERVAL_MS, () => this.#sweep(), "time to live");
  }

  async #sweep(): Promise<void> {
    this.#scheduled = false;
    const now = Math.floor(this.store.cloud.clock.now() / 1000);
    for (const { timeToLive, description } of this.store.records.values()) {
      if (!timeToLive) continue;
      await this.store.load([description.TableName ?? ""]);
      if (!this.store.records.has(description.TableName ?? "")) continue;
      const { data } = this.store.open(description.TableName);
      const expired: Change[] = [];
      for (const item of data.main.from(undefined)) {
        const expires = Number(item[timeToLive.attribute]?.N);
        if (expires < now && expires > now - MAX_AGE_SECONDS)
          expired.push({ delete: keyOfItem(item, data.keys) });
      }
      // A stream record has at most this many changes.
      for (let at = 0; at < expired.length; at += SET) data.write(expired.slice(at, at + SET), true);
      if (expired.length > 0)
        this.store.report(
          { TableName: description.TableName ?? "" },
          { TimeToLiveDeletedItemCount: expired.length },
        );
    }
    this.watch();
  }
}

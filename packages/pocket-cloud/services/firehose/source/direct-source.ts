import { join } from "node:path";
import { Journal } from "../../../storage/journal";
import type { Checkpoint } from "../checkpoints";
import type { DeliveryStream } from "../model";
import type { FirehoseStore } from "../store";
import type { Arrived, Source } from "./source";

const BATCH = 5000;
const BATCH_BYTES = 4 * 1024 * 1024;

/** Direct PUT: records wait in a journal of the delivery stream until they are delivered. */
export class DirectSource implements Source {
  readonly #journal: Journal;
  #next: number;

  constructor(
    readonly store: FirehoseStore,
    readonly stream: DeliveryStream,
    readonly wake: () => void,
  ) {
    this.#journal = new Journal(join(store.dir, stream.folder), {
      onDropped: (bytes, path) =>
        store.cloud.log(`firehose: dropped ${bytes} bytes of an unfinished write in ${path}`),
    });
    this.#next = (store.checkpoints.get(stream.name)?.position ?? 0) + 1;
  }

  /** Stores records. They are on disk when it returns. */
  put(records: readonly Uint8Array[]): void {
    this.#journal.append(
      records.map((data) => ({ key: "", data })),
      this.store.cloud.clock.now(),
    );
    this.wake();
  }

  async read(): Promise<readonly Arrived[] | undefined> {
    const records = this.#journal.read(this.#next, BATCH, BATCH_BYTES);
    const last = records.at(-1);
    if (!last) return undefined;
    this.#next = last.position + 1;
    return records;
  }

  mark(): Checkpoint {
    return { position: this.#next - 1 };
  }

  commit(mark: Checkpoint): void {
    this.store.checkpoints.set(this.stream.name, mark);
    this.#journal.trimBefore((mark.position ?? 0) + 1);
  }

  close(): void {
    this.#journal.close();
  }

  remove(): void {
    this.#journal.remove();
  }
}

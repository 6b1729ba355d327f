import { join } from "node:path";
import { RecordLog } from "../../storage/record-log";

/** How far a delivery stream has delivered: a sequence number per shard, or a position in its journal. */
export interface Checkpoint {
  readonly shards?: Readonly<Record<string, ShardCheckpoint>>;
  readonly position?: number;
}

export interface ShardCheckpoint {
  readonly sequence?: string;
  /** The shard is closed and all its records are delivered. */
  readonly ended?: boolean;
}

interface Entry {
  readonly name: string;
  /** Absent after the delivery stream was deleted. */
  readonly at?: Checkpoint;
}

/** The checkpoints of all delivery streams in one log. A change is one write. */
export class Checkpoints {
  readonly #byName = new Map<string, Checkpoint>();
  readonly #log: RecordLog<Entry>;

  constructor(dir: string) {
    this.#log = new RecordLog<Entry>(
      join(dir, "checkpoints.log"),
      ({ name, at }) => {
        if (at) this.#byName.set(name, at);
        else this.#byName.delete(name);
      },
      () => [...this.#byName].map(([name, at]) => ({ name, at })),
    );
  }

  get(name: string): Checkpoint | undefined {
    return this.#byName.get(name);
  }

  set(name: string, at: Checkpoint): void {
    this.#byName.set(name, at);
    this.#log.append({ name, at });
  }

  delete(name: string): void {
    if (this.#byName.delete(name)) this.#log.append({ name });
  }

  close(): void {
    this.#log.close();
  }
}

import type { Checkpoint } from "../checkpoints";

/** A record on its way to the destination. */
export interface Arrived {
  readonly data: Buffer;
  /** Approximate arrival, milliseconds since the epoch. */
  readonly time: number;
  /** Where it came from, when from a data stream. */
  readonly origin?: {
    readonly shardId: string;
    readonly sequenceNumber: string;
    readonly partitionKey: string;
  };
}

/** Where a delivery stream's records come from; keeps them until they are committed. */
export interface Source {
  /** The next records in order; undefined when there are none now. */
  read(): Promise<readonly Arrived[] | undefined>;
  /** How far reading has come. */
  mark(): Checkpoint;
  /** Everything up to the mark is delivered. */
  commit(mark: Checkpoint): void;
  close(): void;
}

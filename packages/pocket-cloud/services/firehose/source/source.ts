import type { Checkpoint } from "../checkpoints";

/** A record as it arrived. */
export interface Arrived {
  readonly data: Buffer;
  /** Approximate arrival time in milliseconds since the epoch. */
  readonly time: number;
  /** Its place in a data stream; absent with Direct PUT. */
  readonly origin?: {
    readonly shardId: string;
    readonly sequenceNumber: string;
    readonly partitionKey: string;
  };
}

/** The source of a delivery stream's records. It keeps records until they are committed. */
export interface Source {
  /** The next records in order; undefined when there are none. */
  read(): Promise<readonly Arrived[] | undefined>;
  /** The current read position. */
  mark(): Checkpoint;
  /** Stores that everything up to the mark is delivered. */
  commit(mark: Checkpoint): void;
  close(): void;
}

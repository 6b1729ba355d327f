import type { SourceRecord } from "./source-record";
import type { Target } from "./target";

export interface SourceShard {
  readonly id: string;
  /** Shards that are read to their end before this one. */
  readonly parents: readonly string[];
}

/** A record, and the object that a mapping's filters see. */
export interface ReadRecord {
  readonly record: SourceRecord;
  readonly filterable: () => unknown;
}

export interface SourcePage {
  readonly records: readonly ReadRecord[];
  /** Undefined at the end of a closed shard. */
  readonly next: string | undefined;
  /** Whether the shard has more records now. */
  readonly more: boolean;
}

/** What event source mappings read shard by shard: a stream of Kinesis or of a DynamoDB table. */
export interface StreamSource {
  /** The member of a failure record that describes the batch. */
  readonly batchInfo: string;
  shards(target: Target): Promise<SourceShard[]>;
  /** An iterator after a record, or at the mapping's starting position. */
  iterator(target: Target, shardId: string, after: string | undefined): Promise<string>;
  read(target: Target, shardId: string, iterator: string): Promise<SourcePage>;
}

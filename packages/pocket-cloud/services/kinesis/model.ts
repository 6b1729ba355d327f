import type { HashKey } from "./hash-keys";

/** A shard as kept in the control plane. */
export interface Shard {
  readonly id: string;
  readonly index: number;
  readonly born: number;
  readonly start: HashKey;
  readonly end: HashKey;
  readonly parent?: string;
  readonly adjacentParent?: string;
  readonly openedAt: number;
  closedAt?: number;
  /** Position of the last record, once closed. */
  lastPosition?: number;
}

export interface StreamConsumer {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  tags: Record<string, string>;
}

export interface Stream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  /** Folder of its journals. */
  readonly folder: string;
  mode: "PROVISIONED" | "ON_DEMAND";
  retentionHours: number;
  maxRecordKiB: number;
  keyId?: string;
  /** A data key under the customer's key, encrypted; none under AWS's own. */
  dataKey?: Uint8Array;
  enhancedMetrics: string[];
  tags: Record<string, string>;
  shards: Shard[];
  consumers: StreamConsumer[];
  /** By ARN of the stream or a consumer. */
  policies: Record<string, string>;
}

export const isOpen = (shard: Shard): boolean => shard.closedAt === undefined;

export const openShards = (stream: Stream): Shard[] =>
  stream.shards.filter(isOpen).sort((a, b) => (a.start < b.start ? -1 : 1));

export const childrenOf = (stream: Stream, shardId: string): Shard[] =>
  stream.shards.filter((shard) => shard.parent === shardId || shard.adjacentParent === shardId);

import { AwsError } from "../../errors";
import { invalidArgument } from "./errors";
import type { HashRange } from "./hash-keys";

/** Hash range and parents of a shard. */
export interface OpeningShard extends HashRange {
  readonly parent?: string;
  readonly adjacentParent?: string;
}

export interface Shard extends OpeningShard {
  readonly id: string;
  readonly index: number;
  /** The part of its sequence numbers that is unique among related shards, in milliseconds since the epoch. */
  readonly born: number;
  readonly openedAt: number;
  closedAt?: number;
  /** Position of the last record of a closed shard. */
  lastPosition?: number;
}

export interface StreamConsumer {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: Record<string, string>;
}

export interface Stream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  /** Folder of its shards' journals. */
  readonly folder: string;
  mode: "PROVISIONED" | "ON_DEMAND";
  retentionHours: number;
  maxRecordKiB: number;
  keyId?: string | undefined;
  enhancedMetrics: string[];
  tags: Record<string, string>;
  shards: Shard[];
  consumers: StreamConsumer[];
  /** Resource policies by the ARN of the stream or a consumer. */
  policies: Record<string, string>;
}

export const isOpen = (shard: Shard): boolean => shard.closedAt === undefined;

export const openShards = (stream: Stream): Shard[] =>
  stream.shards.filter(isOpen).sort((a, b) => (a.start < b.start ? -1 : 1));

export const childrenOf = (stream: Stream, shardId: string): Shard[] =>
  stream.shards.filter((shard) => shard.parent === shardId || shard.adjacentParent === shardId);

export interface NamesStream {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The name of the stream that a request names by name, ARN or both. */
export function nameOf({ StreamName, StreamARN }: NamesStream): string {
  const fromArn = StreamARN?.slice(StreamARN.indexOf(":stream/") + ":stream/".length);
  if (StreamName !== undefined && fromArn !== undefined && StreamName !== fromArn)
    throw invalidArgument("The provided StreamARN and StreamName are inconsistent.");
  const name = StreamName ?? fromArn;
  if (name === undefined)
    throw new AwsError("ValidationException", "Either StreamName or StreamARN must be specified.");
  return name;
}

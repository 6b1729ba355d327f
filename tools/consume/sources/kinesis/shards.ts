import {
  GetShardIteratorCommand,
  InvalidArgumentException,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { Failure } from "../../../kit/errors";
import { iteratorPosition, type Position } from "./position";
import { type Reading, withRetries } from "./reading";

export const isOpen = (shard: Shard): boolean =>
  shard.SequenceNumberRange?.EndingSequenceNumber === undefined;

export const parentsOf = ({ ParentShardId, AdjacentParentShardId }: Shard): string[] =>
  [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);

/** All shards that the stream still lists, closed ones included. */
export async function listShards(reading: Reading): Promise<Shard[]> {
  const shards: Shard[] = [];
  // A continued listing must not name the stream again.
  let request: { StreamName: string } | { NextToken: string } | undefined = { StreamName: reading.stream };
  while (request) {
    const command: ListShardsCommand = new ListShardsCommand(request);
    const page: ListShardsCommandOutput = await withRetries(reading, () =>
      reading.kinesis.send(command, { abortSignal: reading.signal }),
    );
    shards.push(...(page.Shards ?? []));
    request = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
  }
  return shards;
}

/** The shard and all that came out of it by splits and merges. */
export function descendantsOf(shards: readonly Shard[], shardId: string): Shard[] {
  const ids = new Set([shardId]);
  // A child has a higher number than its parents, so that one pass in this order finds all.
  const inOrder = [...shards].sort((a, b) => ((a.ShardId ?? "") < (b.ShardId ?? "") ? -1 : 1));
  return inOrder.filter((shard) => {
    const found = ids.has(shard.ShardId ?? "") || parentsOf(shard).some((parent) => ids.has(parent));
    if (found) ids.add(shard.ShardId ?? "");
    return found;
  });
}

/** The shard that a record's sequence number belongs to: the only one that takes it as a position. */
export async function shardOfSequence(reading: Reading, sequence: string): Promise<string> {
  const number = BigInt(sequence);
  for (const { ShardId = "", SequenceNumberRange: range } of await listShards(reading)) {
    if (number < BigInt(range?.StartingSequenceNumber ?? 0)) continue;
    if (range?.EndingSequenceNumber !== undefined && number > BigInt(range.EndingSequenceNumber)) continue;
    if (await takes(reading, ShardId, { type: "AT_SEQUENCE_NUMBER", sequence })) return ShardId;
  }
  throw new Failure(`no shard of ${reading.stream} has the sequence number ${sequence}`);
}

async function takes(reading: Reading, ShardId: string, position: Position): Promise<boolean> {
  const request = { StreamName: reading.stream, ShardId, ...iteratorPosition(position) };
  try {
    await withRetries(reading, () =>
      reading.kinesis.send(new GetShardIteratorCommand(request), { abortSignal: reading.signal }),
    );
    return true;
  } catch (error) {
    if (error instanceof InvalidArgumentException) return false;
    throw error;
  }
}

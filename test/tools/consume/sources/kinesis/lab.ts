import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateStreamCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import type { Item } from "../../../../../tools/consume/events";
import { connectionOf, type TestCloud } from "../../../../support/cloud";

/** Streams of numbered records of seven keys, for tests of consumers. */
export function labOf(world: TestCloud) {
  let serial = 0;
  const { kinesis } = world;
  return {
    dynamodb: new DynamoDBClient(connectionOf(world.cloud)),
    async stream(ShardCount: number): Promise<string> {
      const StreamName = `lab-${++serial}`;
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
      return StreamName;
    },
    async put(StreamName: string, from: number, to: number): Promise<void> {
      const Records = range(from, to).map((n) => ({
        Data: Buffer.from(`{"key":"k${n % 7}","n":${n}}`),
        PartitionKey: `k${n % 7}`,
      }));
      for (let i = 0; i < Records.length; i += 500)
        await kinesis.send(new PutRecordsCommand({ StreamName, Records: Records.slice(i, i + 500) }));
    },
    split: (StreamName: string, shard: number, power: bigint) =>
      kinesis.send(
        new SplitShardCommand({
          StreamName,
          ShardToSplit: idOf(shard),
          NewStartingHashKey: String(2n ** power),
        }),
      ),
    merge: (StreamName: string, shard: number, adjacent: number) =>
      kinesis.send(
        new MergeShardsCommand({
          StreamName,
          ShardToMerge: idOf(shard),
          AdjacentShardToMerge: idOf(adjacent),
        }),
      ),
  };
}

export const idOf = (shard: number): string => `shardId-${String(shard).padStart(12, "0")}`;

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

export const numbersIn = (items: readonly Item[]): number[] =>
  items.flatMap((item) => (item.kind === "event" ? [(item.event.value as { n: number }).n] : []));

/** The numbers of each key, in the order in which they were read, without repetitions. */
export function firstReads(numbers: readonly number[]): number[][] {
  const distinct = [...new Set(numbers)];
  return Array.from({ length: 7 }, (_, key) => distinct.filter((n) => n % 7 === key));
}

/** What firstReads gives when nothing is skipped and each key is in order. */
export const inOrder = (from: number, to: number): number[][] => firstReads(range(from, to));

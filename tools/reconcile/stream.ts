import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-kinesis";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import { unpack } from "../../data/records/unpack";
import { Tally } from "./tally";

export interface StreamCount {
  readonly tally: Tally;
  /** Lines that are no rows of the feed. */
  readonly invalid: number | undefined;
  /** Records that arrived before this instant may be gone; undefined when the stream is younger than its retention. */
  readonly horizon: number | undefined;
}

/** Counts every event the stream still holds. */
export async function countStream(
  kinesis: KinesisClient,
  stream: string,
  feed: FeedDefinition,
): Promise<StreamCount> {
  const tally = new Tally(feed);
  let invalid = 0;
  const horizon = await horizonOf(kinesis, stream);
  for (const shardId of await shardsOf(kinesis, stream)) {
    for await (const record of recordsOf(kinesis, stream, shardId)) {
      for (const line of unpack(record.Data ?? new Uint8Array())) {
        const result = line.ok ? validateRow(feed, line.value) : undefined;
        if (result?.ok) tally.add(result.row);
        else invalid++;
      }
    }
  }
  return { tally, invalid, horizon };
}

async function horizonOf(kinesis: KinesisClient, StreamName: string): Promise<number | undefined> {
  const { StreamDescriptionSummary: stream } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  );
  const horizon = Date.now() - (stream?.RetentionPeriodHours ?? 24) * 3_600_000;
  return (stream?.StreamCreationTimestamp?.getTime() ?? 0) < horizon ? horizon : undefined;
}

async function shardsOf(kinesis: KinesisClient, StreamName: string): Promise<string[]> {
  const ids: string[] = [];
  // A continued listing must not name the stream again.
  for (let request: { StreamName: string } | { NextToken: string } | undefined = { StreamName }; request; ) {
    const page: ListShardsCommandOutput = await kinesis.send(new ListShardsCommand(request));
    ids.push(...(page.Shards ?? []).map((shard) => String(shard.ShardId)));
    request = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
  }
  return ids;
}

const MOST_TRIES = 100;

/** A shard gives 2 MiB and five reads a second to all its readers together: this one waits its turn. */
async function readPage(kinesis: KinesisClient, ShardIterator: string): Promise<GetRecordsCommandOutput> {
  for (let tries = 1; ; tries++) {
    try {
      return await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
    } catch (error) {
      if (!(error instanceof ProvisionedThroughputExceededException) || tries === MOST_TRIES) throw error;
      await sleep(500 + 500 * Math.random());
    }
  }
}

async function* recordsOf(kinesis: KinesisClient, StreamName: string, ShardId: string) {
  const start = await kinesis.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  );
  for (let iterator = start.ShardIterator; iterator !== undefined; ) {
    const page = await readPage(kinesis, iterator);
    yield* page.Records ?? [];
    const ended = (page.Records ?? []).length === 0 && (page.MillisBehindLatest ?? 0) === 0;
    iterator = ended ? undefined : page.NextShardIterator;
  }
}

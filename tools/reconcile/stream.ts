import { DescribeStreamSummaryCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import { unpack } from "../../data/records/unpack";
import { readStream } from "../consume/stream-reader";
import { Tally } from "./tally";

export interface StreamCount {
  readonly tally: Tally;
  /** Lines that are not rows of the feed; undefined when the stream was not read. */
  readonly invalid: number | undefined;
  /** Records that arrived before this instant may have expired; undefined while the stream is younger than its retention. */
  readonly horizon: number | undefined;
}

/** Counts every event that the stream still retains. */
export async function countStream(
  kinesis: KinesisClient,
  stream: string,
  feed: FeedDefinition,
): Promise<StreamCount> {
  const tally = new Tally(feed);
  let invalid = 0;
  const horizon = await horizonOf(kinesis, stream);
  await readStream({
    kinesis,
    stream,
    start: { type: "TRIM_HORIZON" },
    follow: false,
    paceMillis: 0,
    signal: new AbortController().signal,
    log: () => {},
    onShard: () => {},
    onPage: async (_shardId, { Records = [] }) => {
      for (const { Data = new Uint8Array() } of Records)
        for (const line of unpack(Data)) {
          const result = line.ok ? validateRow(feed, line.value) : undefined;
          if (result?.ok) tally.add(result.row);
          else invalid++;
        }
    },
  });
  return { tally, invalid, horizon };
}

async function horizonOf(kinesis: KinesisClient, StreamName: string): Promise<number | undefined> {
  const { StreamDescriptionSummary: stream } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  );
  const horizon = Date.now() - (stream?.RetentionPeriodHours ?? 24) * 3_600_000;
  return (stream?.StreamCreationTimestamp?.getTime() ?? 0) < horizon ? horizon : undefined;
}

import { DescribeStreamSummaryCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import { eventTimes, refusedTime } from "../../data/feeds/event-times";
import { type HourRange, hourAt, inRange, SETTLING_TIME } from "../../data/hours";
import { unpack } from "../../data/records/unpack";
import { NO_TIME, Tally, Undated } from "../../functions/reconcile/tally";
import { turns } from "../../functions/reconcile/turns";
import { readStream } from "../consume/sources/kinesis/read-stream";

/** Called after each page with the bytes of its records. */
export type OnBytes = (bytes: number) => void;

export interface StreamCount {
  readonly tally: Tally;
  /** Rows that arrived so recently that buffers may still hold them. */
  readonly recent: Tally;
  /** Valid rows whose event time is outside the feed's days. They are in quarantine/. */
  readonly refusedTimes: Tally;
  /** Rows whose event time is the time of arrival. */
  readonly undatedKeys: Tally;
  /** The same rows by content, those that arrived within the range and are not recent. */
  readonly undated: Undated;
  /** Refused lines by source record, as in quarantine/; recent ones are left out. */
  readonly refused: ReadonlyMap<string, number>;
  /** All refused lines; undefined when the stream was not read. */
  readonly invalid: number | undefined;
  /** Records that arrived before this instant may have expired; undefined while the stream is younger than its retention. */
  readonly horizon: number | undefined;
}

/** Counts every event that the stream still retains. `since`: first day of the feed's tables. */
export async function countStream(
  kinesis: KinesisClient,
  stream: string,
  feed: FeedDefinition,
  since: string | undefined,
  range: HourRange,
  now: number,
  onBytes: OnBytes = () => {},
): Promise<StreamCount> {
  const tallies = emptyTallies(feed);
  const { tally, recent, refusedTimes, undatedKeys, undated } = tallies;
  const refused = new Map<string, number>();
  const pause = turns();
  let invalid = 0;
  const horizon = await horizonOf(kinesis, stream, now);
  const timesAreOptional = feed.columns[feed.eventTime]?.whenMissing === "arrival";
  await readStream({
    kinesis,
    stream,
    start: { type: "TRIM_HORIZON" },
    follow: false,
    paceMillis: 0,
    signal: new AbortController().signal,
    log: () => {},
    onShard: () => {},
    onPage: async (shardId, { Records = [] }) => {
      onBytes(Records.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0));
      for (const { Data = new Uint8Array(), ApproximateArrivalTimestamp, SequenceNumber } of Records) {
        const arrived = ApproximateArrivalTimestamp ?? new Date(0);
        const arrival = arrived.toISOString();
        const isRecent = arrived.getTime() > now - SETTLING_TIME;
        const times = eventTimes(feed, arrival, since);
        const due = pause();
        if (due) await due;
        for (const line of unpack(Data)) {
          const result = line.ok ? validateRow(feed, line.value, arrival) : undefined;
          const time = result?.ok ? String(result.row[feed.eventTime]) : "";
          if (!line.ok || !result?.ok || refusedTime(times, time) !== undefined) {
            invalid++;
            const source = `${shardId}:${SequenceNumber}`;
            if (!isRecent) refused.set(source, (refused.get(source) ?? 0) + 1);
            if (result?.ok) refusedTimes.add(result.row);
            continue;
          }
          tally.add(result.row);
          if (isRecent) recent.add(result.row);
          if (!timesAreOptional || time !== arrival || !isUndated(feed, line.value)) continue;
          undatedKeys.add(result.row);
          if (!isRecent && inRange(hourAt(arrived.getTime()), range)) undated.add(result.row);
        }
      }
    },
  });
  return { ...tallies, refused, invalid, horizon };
}

/** The count of a stream that is not read. */
export const unreadStream = (feed: FeedDefinition): StreamCount => ({
  ...emptyTallies(feed),
  refused: new Map(),
  invalid: undefined,
  horizon: undefined,
});

const emptyTallies = (feed: FeedDefinition) => ({
  tally: new Tally(feed),
  recent: new Tally(feed),
  refusedTimes: new Tally(feed),
  undatedKeys: new Tally(feed),
  undated: new Undated(feed),
});

function isUndated(feed: FeedDefinition, value: unknown): boolean {
  const result = validateRow(feed, value, NO_TIME);
  return result.ok && result.row[feed.eventTime] === NO_TIME;
}

async function horizonOf(
  kinesis: KinesisClient,
  StreamName: string,
  now: number,
): Promise<number | undefined> {
  const { StreamDescriptionSummary: stream } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  );
  const horizon = now - (stream?.RetentionPeriodHours ?? 24) * 3_600_000;
  return (stream?.StreamCreationTimestamp?.getTime() ?? 0) < horizon ? horizon : undefined;
}

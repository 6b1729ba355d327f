import type { GetRecordsCommandOutput } from "@aws-sdk/client-kinesis";
import type { FeedDefinition } from "../../data/feeds";
import { UnknownFields } from "../../data/records/quarantine";
import { type Event, eventsOf } from "./rows";
import { readStream, type StreamReading } from "./stream-reader";
import type { Matches } from "./where";

export interface ConsumeOptions extends Omit<StreamReading, "onPage" | "onShard"> {
  readonly feed: FeedDefinition | undefined;
  /** First day of the feed's tables: functions quarantine rows before it. */
  readonly since?: string | undefined;
  readonly matches: Matches;
  /** Receives the matching events of one page. */
  readonly take: (events: readonly Event[]) => Promise<void>;
  readonly onRefused?: (source: string, reason: string) => void;
  readonly onProgress?: (consumed: Consumed) => void;
}

export interface Consumed {
  shards: number;
  records: number;
  bytes: number;
  rows: number;
  /** Rows that match the conditions. */
  matched: number;
  /** Lines that are not rows of the feed. */
  refused: number;
  /** Fields that no column of the feed knows. */
  readonly unknown: UnknownFields;
}

/** Reads a stream's events and passes on those that match. `counts` is updated as it reads. */
export async function consume(options: ConsumeOptions, counts: Consumed = noneConsumed()): Promise<Consumed> {
  const onPage = async (shardId: string, { Records = [] }: GetRecordsCommandOutput) => {
    const events: Event[] = [];
    for (const record of Records) {
      counts.records++;
      counts.bytes += record.Data?.byteLength ?? 0;
      for (const read of eventsOf(shardId, record, options.feed, options.since)) {
        if (!read.ok) {
          counts.refused++;
          options.onRefused?.(read.source, read.reason);
          continue;
        }
        counts.rows++;
        if (read.unknown) counts.unknown.add(read.unknown, read.sequenceNumber, "");
        if (options.matches(read)) events.push(read);
      }
    }
    if (events.length > 0) await options.take(events);
    counts.matched += events.length;
    options.onProgress?.(counts);
  };
  await readStream({ ...options, onPage, onShard: () => counts.shards++ });
  return counts;
}

export const noneConsumed = (): Consumed => ({
  shards: 0,
  records: 0,
  bytes: 0,
  rows: 0,
  matched: 0,
  refused: 0,
  unknown: new UnknownFields(),
});

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { FeedDefinition } from "../../data/feeds";
import { type EventTimes, eventTimes } from "../../data/feeds/event-times";
import { pack } from "../../data/records/pack";
import { type QuarantinedLine, quarantinedLine } from "../../data/records/quarantine";
import { readRows } from "../../data/records/rows";
import { linesOf, objectsUnder } from "../../functions/shared/objects";
import { putPacks } from "../../functions/shared/put-packs";

export interface QuarantineRedriven {
  readonly key: string;
  /** Lines that are valid now and were sent. */
  readonly sent: number;
  /** Lines that are still invalid; they stay. */
  readonly kept: number;
}

export interface QuarantineOptions {
  readonly s3: S3Client;
  readonly kinesis: KinesisClient;
  readonly bucket: string;
  readonly stream: string;
  readonly lanes: number;
  readonly feed: FeedDefinition;
  /** First day of the feed's tables. */
  readonly since?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends the original bytes of quarantined lines that the current contract accepts. Each object keeps the lines that are
 * still invalid and the entries of unknown fields, whose rows are stored.
 */
export async function* redriveQuarantine(options: QuarantineOptions): AsyncGenerator<QuarantineRedriven> {
  const { s3, bucket, feed, since } = options;
  for await (const { key, text, modified } of objectsUnder(s3, bucket, `quarantine/${feed.name}/`)) {
    const { events, sent, kept, remaining } = partition(feed, linesOf(text), modified.toISOString(), since);
    // Sends first and removes then: an interruption in between sends rows twice, and the view shows each once.
    if (sent > 0) {
      const { packs } = pack(events, options.lanes);
      await putPacks(options.kinesis, options.stream, packs, options.signal);
      const object = { Bucket: bucket, Key: key };
      await s3.send(
        remaining.length === 0
          ? new DeleteObjectCommand(object)
          : new PutObjectCommand({ ...object, Body: remaining.map((line) => `${line}\n`).join("") }),
      );
    }
    yield { key, sent, kept };
  }
}

interface Event {
  readonly key: string;
  readonly line: string;
}

/** `written`: when the object was written, for entries that do not have the time of arrival. */
function partition(
  feed: FeedDefinition,
  entries: readonly string[],
  written: string,
  since: string | undefined,
): { events: Event[]; sent: number; kept: number; remaining: string[] } {
  const events: Event[] = [];
  const remaining: string[] = [];
  let sent = 0;
  let kept = 0;
  // A redriven record arrives now.
  const times = eventTimes(feed, new Date().toISOString(), since);
  for (const entry of entries) {
    const line = lineOf(entry);
    const accepted = line && acceptedEvents(feed, line.bytes, line.arrival ?? written, times);
    if (accepted) {
      events.push(...accepted);
      sent++;
      continue;
    }
    remaining.push(entry);
    if (line) kept++;
  }
  return { events, sent, kept, remaining };
}

/** Undefined for a field's entry. An entry that cannot be read is kept. */
function lineOf(entry: string): QuarantinedLine | undefined {
  try {
    return quarantinedLine(entry);
  } catch {
    return { bytes: Buffer.alloc(0), arrival: undefined };
  }
}

/**
 * The events of a quarantined line; undefined when one of them is still invalid. `arrival` replaces a missing event time,
 * as it did then.
 */
function acceptedEvents(
  feed: FeedDefinition,
  bytes: Uint8Array,
  arrival: string,
  times: EventTimes,
): Event[] | undefined {
  const events: Event[] = [];
  for (const read of readRows(feed, bytes, arrival, "", times)) {
    if (!read.ok) return undefined;
    const key = String(read.row[feed.partitionKey] ?? "");
    // JSON has line breaks only between tokens.
    const line = read.text.trim().replace(/[\r\n]+/g, " ");
    const isUndated = read.row[feed.eventTime] === arrival && !line.includes(arrival);
    events.push({ key, line: isUndated ? withTime(line, feed.eventTime, arrival) : line });
  }
  return events.length > 0 ? events : undefined;
}

/** Adds the event time to an object's text. JSON readers take the last of equal names. */
const withTime = (line: string, name: string, time: string): string =>
  line.replace(/\}$/, `,${JSON.stringify(name)}:${JSON.stringify(time)}}`);

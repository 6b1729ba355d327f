import type { FeedDefinition, Row } from "../../../data/feeds";
import { readRows } from "../../../data/records/rows";
import { ClosedPipe, UsageError } from "../../kit/errors";
import { interruptible } from "../../kit/interrupt";
import { type KafkaGiven, kafkaConnection } from "../../kit/kafka/options";
import { outputOf } from "../../kit/output";
import { progressLine } from "../../kit/progress";
import { latencies } from "../latency";
import { MONGODB_URL } from "../mongo/client";
import { type Change, MongoSink } from "../mongo/sink";
import { type Event, type Format, printerOf } from "../rows";
import type { Matches } from "../where";
import { type KafkaMessage, readTopic } from "./topic-reader";

export interface KafkaConsuming extends KafkaGiven {
  readonly topic: string;
  readonly feed: FeedDefinition;
  readonly matches: Matches;
  readonly follow: boolean;
  readonly format: Format;
  /** Collection to store the rows in; prints them when undefined. */
  readonly collection: string | undefined;
  readonly mongo: string | undefined;
  readonly group: string | undefined;
}

const MAX_REASONS_SHOWN = 10;

/** Reads a Kafka topic of a feed's rows: prints them, or stores them in MongoDB. Resolves to the exit code. */
export async function consumeKafka(options: KafkaConsuming): Promise<number> {
  const { topic, feed, matches, follow, collection } = options;
  const connection = kafkaConnection(options);
  // A group's offsets say what is stored in this collection.
  const group = options.group ?? (collection === undefined ? undefined : `pricelake-${topic}-${collection}`);
  const progress = progressLine();
  const log = (line: string) => {
    progress.clear();
    process.stderr.write(`${line}\n`);
  };
  return interruptible(async (signal) => {
    const sink =
      collection === undefined
        ? undefined
        : new MongoSink(
            options.mongo ?? (process.env.MONGODB_URL || MONGODB_URL),
            collection,
            feed,
            signal,
            log,
          );
    const stdout = outputOf(process.stdout);
    const printer = printerOf(options.format, feed);
    const counts = { messages: 0, rows: 0, matched: 0, invalid: 0, deletions: 0 };
    const latency = latencies();
    const statistics = () => {
      const { written = 0, deleted = 0, quarantined = 0 } = sink?.counts ?? {};
      return (
        `${counts.matched === counts.rows ? "" : `${counts.matched} of `}${counts.rows} rows in ${counts.messages} messages` +
        (counts.invalid > 0 ? `; ${counts.invalid} invalid` : "") +
        (counts.deletions > 0 ? `; ${counts.deletions} deletions` : "") +
        (sink ? `; ${written} written, ${deleted} deleted, ${quarantined} quarantined` : "") +
        latency.describe()
      );
    };
    const take = async (messages: readonly KafkaMessage[]) => {
      const read = messages.map((message) => ({ message, changes: changesOf(message, feed) }));
      const events: Event[] = [];
      const changes: Change[] = [];
      for (const { message, changes: found } of read)
        for (const change of found) {
          if (change.kind === "row") {
            counts.rows++;
            const event = eventOf(message, change.row);
            if (!matches(event)) continue;
            counts.matched++;
            events.push(event);
          } else if (change.kind === "deletion") counts.deletions++;
          else if (++counts.invalid <= MAX_REASONS_SHOWN)
            log(`invalid row: ${change.source} ${change.reason}`);
          changes.push(change);
        }
      if (sink) await sink.put(changes);
      else await stdout.write(events.map(printer.line).join(""));
      counts.messages += messages.length;
      for (const { timestamp } of messages) latency.add(Date.now() - Number(timestamp));
      if (sink || !stdout.isTTY) progress.show(statistics());
    };
    try {
      await sink?.open();
      if (!sink && printer.header !== "") await stdout.write(printer.header);
      const from = follow && group === undefined ? "latest" : "earliest";
      await readTopic({ connection, topic, group, from, follow, signal, log, take });
      log(statistics());
      return signal.aborted ? 130 : 0;
    } catch (error) {
      if (error instanceof ClosedPipe) return 0;
      if (!signal.aborted) throw error;
      log(statistics());
      return 130;
    } finally {
      progress.clear();
      await sink?.close();
    }
  });
}

/** A message without a value is a tombstone: the event with this natural key was deleted. */
function changesOf(
  { key, value, topic, partition, offset, timestamp }: KafkaMessage,
  feed: FeedDefinition,
): Change[] {
  if (value === undefined || value === null)
    return key === undefined ? [] : [{ kind: "deletion", id: key.toString("utf8") }];
  const source = `${topic}-${partition}@${offset}`;
  const arrival = new Date(Number(timestamp)).toISOString();
  return [...readRows(feed, value, arrival, source)].map((read, i) =>
    read.ok
      ? { kind: "row", row: read.row }
      : {
          kind: "invalid",
          source: i === 0 ? source : `${source}.${i}`,
          reason: `${read.quarantined.column ?? "the line"} ${read.quarantined.reason}`,
          raw: read.quarantined.raw ?? read.quarantined.rawBase64 ?? "",
        },
  );
}

const eventOf = ({ key, partition, offset, timestamp }: KafkaMessage, row: Row): Event => ({
  shardId: String(partition),
  sequenceNumber: String(offset),
  partitionKey: key?.toString("utf8") ?? "",
  arrival: new Date(Number(timestamp)).toISOString(),
  value: row,
  text: JSON.stringify(row),
});

/** The topic of "kafka:<topic>". */
export function topicOf(from: string): string {
  const topic = /^kafka:([A-Za-z0-9._-]{1,249})$/.exec(from)?.[1];
  if (topic === undefined) throw new UsageError(`--from takes kafka:<topic>, not "${from}"`);
  return topic;
}

/** The collection of "mongodb:<collection>". */
export function collectionOf(to: string): string {
  const collection = /^mongodb:([A-Za-z_][A-Za-z0-9_.-]{0,99})$/.exec(to)?.[1];
  if (collection === undefined)
    throw new UsageError(`--to takes mongodb:<collection> with --from kafka:<topic>, not "${to}"`);
  return collection;
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { describeUnknownFields } from "../../data/records/quarantine";
import { readTime, timesInWords } from "../../sql/library/times";
import { defineCommand } from "../kit/command";
import { environmentOptions, localCloudRuns, withConnection } from "../kit/connect";
import { ClosedPipe, Failure, UsageError } from "../kit/errors";
import { feedOfStream, feedOption } from "../kit/feeds";
import { firstDayIfReadable } from "../kit/first-day";
import { interruptible } from "../kit/interrupt";
import { type KafkaGiven, kafkaOptions } from "../kit/kafka/options";
import { kinesisClient } from "../kit/kinesis";
import { choice, flag, text, texts } from "../kit/options";
import { outputOf } from "../kit/output";
import { progressLine } from "../kit/progress";
import { type Consumed, consume as consumeStream, noneConsumed } from "./consume";
import { type Event, type Format, formats, printerOf } from "./rows";
import type { Start } from "./shard-reader";
import { checkTable, DynamoSink } from "./sink";
import { readConditions } from "./where";

const MAX_REASONS_SHOWN = 10;

export const consume = defineCommand({
  summary: "reads a stream: prints, searches, stores in a table",
  usage: "npm run consume -- --stream <name> [options]",
  description:
    "Reads a stream of packed or single records, and prints its rows, or those that match, or stores them in a table. " +
    "Without --follow it reads each shard up to its tip at the start. Rows go to stdout, statistics to stderr.",
  options: {
    stream: text(
      "NAME",
      "pricelake's own streams are read as rows of their feed, others as JSON or lines of text",
    ),
    from: text(
      "WHEN",
      `kafka:<topic> instead of --stream, else TRIM_HORIZON (default), LATEST (default with --follow), or a time: ${timesInWords}`,
    ),
    where: texts(
      "K=V",
      "only rows with this value; also != < <= > >=; may be repeated, and all conditions must hold. Compares by the " +
        "column's type; K= finds rows without a value. In other streams K may be a path: a.b. key and sequence are the " +
        "record's partition key and sequence number",
    ),
    to: text(
      "TABLE",
      "dynamodb:<table> stores the rows by the feed's key, as store-latest does; from Kafka, mongodb:<collection> stores them by the natural key",
    ),
    follow: flag("continues with new records, through splits and merges of shards, until Ctrl-C"),
    format: choice(
      "FORMAT",
      "text (default): arrival, shard, key, sequence number and row; json: rows as JSON lines; csv: all of these, with a header",
      formats,
    ),
    json: flag("the same as --format json"),
    feed: feedOption("reads the stream's rows as rows of this feed"),
    group: text(
      "NAME",
      "kafka: the group that shares the partitions and continues after its offsets; default by --to",
    ),
    mongo: text(
      "URL",
      "MongoDB's URL with the database; default $MONGODB_URL or mongodb://127.0.0.1:27017/pricelake",
    ),
    ...kafkaOptions,
    ...environmentOptions,
  },
  run: async (values) => {
    const { stream, follow, env, dir } = values;
    if (values.from?.startsWith("kafka:")) return fromKafka({ ...values, from: values.from });
    if (stream === undefined) throw new UsageError("--stream NAME is missing; see --help");
    const feed = values.feed ?? feedOfStream(stream);
    const matches = readConditions(values.where, feed);
    const start = startOf(values.from, follow);
    const format = formatOf(values.format, values.json);
    const table = values.to === undefined ? undefined : tableOf(values.to);
    if (table !== undefined && !feed)
      throw new UsageError(`--to needs a feed's key, and ${stream} is not a feed's stream; add --feed`);
    // A state directory that only this command has open gets no new records.
    if (follow && env === "local" && !localCloudRuns(dir))
      throw new UsageError(
        '--follow needs a running cloud: start one with "npm start", or set AWS_ENDPOINT_URL',
      );
    return interruptible((signal) =>
      withConnection({ env, dir }, async (connection) => {
        const kinesis = kinesisClient(connection);
        const dynamodb = new DynamoDBClient(connection);
        const sink = feed && table !== undefined ? new DynamoSink(dynamodb, table, feed, signal) : undefined;
        const stdout = outputOf(process.stdout);
        const printer = printerOf(format, feed);
        const print = (events: readonly Event[]) => stdout.write(events.map(printer.line).join(""));
        const progress = progressLine();
        const log = (what: string) => {
          progress.clear();
          process.stderr.write(`${what}\n`);
        };
        const counts = noneConsumed();
        const statistics = () =>
          `${describe(counts)}${sink ? `; ${sink.counts.written} written, ${sink.counts.skipped} already stored` : ""}`;
        const take = (events: readonly Event[]) => (sink ? sink.put(events) : print(events));
        const onRefused = (source: string, reason: string) => {
          if (counts.refused <= MAX_REASONS_SHOWN) log(`invalid row: ${source} ${reason}`);
        };
        // Rows printed on the same terminal show the progress themselves.
        const onProgress = () => (sink || !stdout.isTTY) && progress.show(statistics());
        try {
          const since = feed && (await firstDayIfReadable(connection, stream, feed, log));
          if (feed && table !== undefined) await checkTable(dynamodb, table, feed);
          else if (printer.header !== "") await stdout.write(printer.header);
          await consumeStream(
            {
              kinesis,
              stream,
              start,
              follow,
              signal,
              feed,
              since,
              matches,
              log,
              take,
              onRefused,
              onProgress,
            },
            counts,
          );
          log(statistics());
          return 0;
        } catch (error) {
          if (error instanceof ClosedPipe) return 0;
          if (!signal.aborted) throw explainMissing(error, stream);
          log(statistics());
          return 130;
        } finally {
          kinesis.destroy();
          dynamodb.destroy();
        }
      }),
    );
  },
});

type Given = KafkaGiven & {
  readonly from: string;
  readonly stream: string | undefined;
  readonly to: string | undefined;
  readonly follow: boolean;
  readonly where: readonly string[];
  readonly feed: FeedDefinition | undefined;
  readonly format: Format | undefined;
  readonly json: boolean;
  readonly mongo: string | undefined;
  readonly group: string | undefined;
};

/** Loaded only here: the clients of Kafka and MongoDB take a while to load. */
async function fromKafka(given: Given): Promise<number> {
  const { collectionOf, consumeKafka, topicOf } = await import("./kafka/command");
  if (given.stream !== undefined)
    throw new UsageError("--stream and --from kafka:<topic> cannot go together");
  const topic = topicOf(given.from);
  const feed = given.feed ?? (Object.hasOwn(feeds, topic) ? feeds[topic] : undefined);
  if (!feed) throw new UsageError(`the topic ${topic} is not named as a feed: add --feed`);
  return consumeKafka({
    ...given,
    topic,
    feed,
    matches: readConditions(given.where, feed),
    format: formatOf(given.format, given.json),
    collection: given.to === undefined ? undefined : collectionOf(given.to),
  });
}

function startOf(from: string | undefined, follow: boolean): Start {
  if (from === undefined) return { type: follow ? "LATEST" : "TRIM_HORIZON" };
  if (from === "TRIM_HORIZON") return { type: from };
  if (from === "LATEST") {
    if (!follow) throw new UsageError("--from LATEST finds nothing without --follow");
    return { type: from };
  }
  const at = readTime(from, Date.now());
  if (at === undefined)
    throw new UsageError(`--from takes TRIM_HORIZON, LATEST or a time (${timesInWords}), not "${from}"`);
  if (at > Date.now()) throw new UsageError(`--from ${from} is in the future`);
  return { type: "AT_TIMESTAMP", at: new Date(at) };
}

function formatOf(format: Format | undefined, json: boolean): Format {
  if (json && format !== undefined && format !== "json")
    throw new UsageError(`--json and --format ${format} cannot go together`);
  return format ?? (json ? "json" : "text");
}

function tableOf(to: string): string {
  const table = /^dynamodb:([A-Za-z0-9_.-]{3,255})$/.exec(to)?.[1];
  if (table === undefined) throw new UsageError(`--to takes dynamodb:<table>, not "${to}"`);
  return table;
}

function describe({ shards, records, rows, matched, refused, unknown }: Consumed): string {
  const found = matched === rows ? counted(rows, "row") : `${matched} of ${counted(rows, "row")}`;
  const where = `${counted(records, "record")} of ${counted(shards, "shard")}`;
  const fields = describeUnknownFields(unknown.counts);
  return (
    `${found} in ${where}${refused > 0 ? `; ${counted(refused, "invalid line")}` : ""}` +
    (fields === "" ? "" : `; unknown fields, not stored: ${fields}`)
  );
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function explainMissing(error: unknown, stream: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure || error.message.startsWith("the table"))
    return error;
  return /ResourceNotFound/.test(`${error.name} ${error.message}`)
    ? new Failure(`there is no stream ${stream}`)
    : error;
}

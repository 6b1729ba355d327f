import { type FeedDefinition, feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { timesInWords } from "../../sql/library/times";
import { environmentOptions, localCloudRuns } from "../kit/connect";
import { UsageError } from "../kit/errors";
import { feedOfStream, feedOption } from "../kit/feeds";
import { kafkaOptions } from "../kit/kafka/options";
import { choice, flag, parsed, text, texts, type Values, wholeNumber } from "../kit/options";
import { positionOf } from "./position";
import { type Format, formats } from "./sinks/print";
import { type Target, targetOf, targets } from "./sinks/target";
import type { Position } from "./sources/kinesis/position";

const name = (what: string) => ({
  read: (text: string) => (/^[A-Za-z0-9_.-]{1,100}$/.test(text) ? text : undefined),
  expected: `${what} (letters, digits, dots, dashes)`,
});
const groupName = name("the name of a group");
const consumerName = name("the name of a consumer");

export const options = {
  stream: text(
    "NAME",
    "pricelake's own streams are read as rows of their feed, others as JSON or lines of text",
  ),
  queue: text("NAME", "an SQS queue instead of --stream: its messages, also those of SNS"),
  from: text(
    "WHEN",
    "kafka:<topic> instead of --stream, else TRIM_HORIZON (default), LATEST (default with --follow), at:<sequence number> or " +
      `after:<sequence number> in its shard, or a time: ${timesInWords}`,
  ),
  where: texts(
    "K=V",
    "only rows with this value; also != < <= > >=; may be repeated, and all conditions must hold. Compares by the " +
      "column's type; K= finds rows without a value. In other streams K may be a path: a.b. key and sequence are the " +
      "record's partition key and sequence number",
  ),
  to: text(
    "WHERE",
    "dynamodb:<table> stores the rows by the feed's key, as store-latest does; mongodb:<collection> by the natural key; " +
      "kinesis:<stream> and sns:<topic> pass them on",
  ),
  limit: wholeNumber(
    "ends after so many rows that match, with exit code 0; --group and a topic's group continue after the last of them",
    1,
    1_000_000_000,
  ),
  follow: flag("continues with new records, through splits and merges of shards, until Ctrl-C"),
  format: choice(
    "FORMAT",
    "text (default): arrival, shard, key, sequence number and row; json: rows as JSON lines; csv: all of these, with a header",
    formats,
  ),
  json: flag("the same as --format json"),
  feed: feedOption("reads the rows as rows of this feed"),
  group: parsed(
    "NAME",
    "processes with the same group share the shards by leases in a DynamoDB table, and continue after its checkpoints; kafka: " +
      "the group that shares the partitions, default by --to",
    groupName.read,
    groupName.expected,
  ),
  "lease-seconds": wholeNumber(
    "with --group: the shards of a dead process are taken over within this time",
    2,
    300,
    10,
  ),
  "fan-out": parsed(
    "NAME",
    "enhanced fan-out: registers a consumer of this name, to which Kinesis pushes the records; deregistered at the end, unless " +
      "it existed or --group shares it",
    consumerName.read,
    consumerName.expected,
  ),
  mongo: text(
    "URL",
    "MongoDB's URL with the database; default $MONGODB_URL or mongodb://127.0.0.1:27017/pricelake",
  ),
  ...kafkaOptions,
  ...environmentOptions,
};

export type Given = Values<typeof options>;

/** Where events come from, by the options. */
export type From =
  | {
      readonly kind: "stream";
      readonly stream: string;
      readonly start: Position;
      readonly leases: string | undefined;
    }
  | { readonly kind: "kafka"; readonly topic: string; readonly group: string | undefined }
  | { readonly kind: "queue"; readonly queue: string };

export interface ConsumePlan {
  readonly from: From;
  readonly feed: FeedDefinition | undefined;
  /** Prints when undefined. */
  readonly to: Target | undefined;
  readonly format: Format;
}

/** Checks the options against each other. */
export function planOf(given: Given): ConsumePlan {
  const to = given.to === undefined ? undefined : targetOf(given.to);
  const from = fromOf(given, to);
  const feed = given.feed ?? feedOf(from);
  if (from.kind === "kafka" && !feed)
    throw new UsageError(`the topic ${from.topic} is not named as a feed: add --feed`);
  if (to) checkTarget(to, from, feed);
  return { from, feed, to, format: formatOf(given.format, given.json) };
}

function fromOf(given: Given, to: Target | undefined): From {
  const { stream, queue, from, group, follow, env, dir } = given;
  const isKafka = from?.startsWith("kafka:") ?? false;
  const named = [stream, queue, isKafka ? from : undefined].filter((each) => each !== undefined);
  if (named.length > 1) throw new UsageError("--stream, --queue and --from kafka:<topic> cannot go together");
  if (stream === undefined && given["fan-out"] !== undefined)
    throw new UsageError("--fan-out goes with --stream");
  if (isKafka) {
    const topic = /^kafka:([A-Za-z0-9._-]{1,249})$/.exec(from ?? "")?.[1];
    if (topic === undefined) throw new UsageError(`--from takes kafka:<topic>, not "${from}"`);
    // A group's offsets say what is stored in this destination.
    return { kind: "kafka", topic, group: group ?? (to && `pricelake-${topic}-${to.name}`) };
  }
  // A state directory that only this command has open gets no new records.
  if (follow && env === "local" && named.length > 0 && !localCloudRuns(dir))
    throw new UsageError(
      '--follow needs a running cloud: start one with "npm start", or set AWS_ENDPOINT_URL',
    );
  if (queue !== undefined) {
    if (from !== undefined || group !== undefined)
      throw new UsageError("--queue takes neither --from nor --group: a queue keeps its own position");
    return { kind: "queue", queue };
  }
  if (stream === undefined)
    throw new UsageError("--stream NAME, --queue NAME or --from kafka:<topic> is missing; see --help");
  const start = positionOf(from ?? (follow && group === undefined ? "LATEST" : "TRIM_HORIZON"), Date.now());
  if (start.type === "LATEST" && !follow)
    throw new UsageError("--from LATEST finds nothing without --follow");
  if ("sequence" in start && group !== undefined)
    throw new UsageError("--group reads all shards, and a sequence number is a position in one of them");
  return { kind: "stream", stream, start, leases: group && names(env).leases(group) };
}

function feedOf(from: From): FeedDefinition | undefined {
  if (from.kind === "stream") return feedOfStream(from.stream);
  if (from.kind === "kafka") return Object.hasOwn(feeds, from.topic) ? feeds[from.topic] : undefined;
  return undefined;
}

function checkTarget(to: Target, from: From, feed: FeedDefinition | undefined): void {
  if ((to.kind === "dynamodb" || to.kind === "mongodb") && !feed)
    throw new UsageError(`--to ${to.kind}: needs a feed's key; add --feed`);
  if (to.kind !== "kinesis") return;
  if (from.kind === "stream" && from.stream === to.name)
    throw new UsageError(`--to kinesis:${to.name} would send the stream's rows into the stream itself`);
  const other = feedOfStream(to.name);
  if (other && other !== feed)
    throw new UsageError(
      `${to.name} carries ${other.name}, and this source gives ${feed?.name ?? "no feed's rows"}: take another of ${targets}`,
    );
}

function formatOf(format: Format | undefined, json: boolean): Format {
  if (json && format !== undefined && format !== "json")
    throw new UsageError(`--json and --format ${format} cannot go together`);
  return format ?? (json ? "json" : "text");
}

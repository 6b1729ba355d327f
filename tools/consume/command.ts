import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { isBrokenPipe, outputOf } from "../../analytics/surroundings";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { runningCloud } from "../../packages/pocket-cloud";
import { readTime, timesInWords } from "../../sql/library/times";
import { type Command, parseOptions, UsageError } from "../kit/command";
import { connect } from "../kit/connect";
import { feedOfStream } from "../kit/feed-of-stream";
import { kinesisClient } from "../kit/kinesis";
import { progressLine } from "../kit/progress-line";
import { type Consumed, consume as consumeStream, noneConsumed } from "./consume";
import { type Format, formats, lineOf } from "./format";
import type { Event } from "./rows";
import type { Start } from "./shard-reader";
import { DynamoSink } from "./sink";
import { readConditions } from "./where";

const help = `npm run consume -- --stream <name> [options]

Reads a stream, packed records or single ones, and prints its rows, or those that match, or keeps them in a table. Ends at
the tip of each shard as it was at the start, unless told to follow. Rows go to stdout, statistics to stderr.

  --stream NAME   the rows of pricelake's own streams are read as the feed's; other streams as JSON, or lines of text
  --from WHEN     TRIM_HORIZON (the default), LATEST (the default with --follow), or a time:
                  ${timesInWords}
  --where K=V     only rows with this value; also != < <= > >=, and again for more conditions, all of which have to hold.
                  Compared by the column's type; K= finds rows without a value. In other streams K may be a path: a.b
  --to TABLE      dynamodb:<table> keeps the rows by the feed's key, as store-latest does, instead of printing them
  --follow        goes on as records come, through splits and merges of shards, until Ctrl-C
  --format F      text (the default): arrival, shard and row; json: the rows alone, as JSON lines
  --json          the same as --format json
  --feed NAME     reads the stream's rows as this feed's: ${Object.keys(feeds).join(", ")}
  --env NAME      local (the default), dev, staging, prod
  --dir PATH      state directory of the local cloud (.pricelake)
`;

const SHOWN = 10;

export const consume: Command = {
  summary: "reads a stream: prints, searches, keeps in a table",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      stream: { type: "string" },
      from: { type: "string" },
      where: { type: "string", multiple: true, default: [] },
      to: { type: "string" },
      follow: { type: "boolean", default: false },
      format: { type: "string" },
      json: { type: "boolean", default: false },
      feed: { type: "string" },
      env: { type: "string", default: "local" },
      dir: { type: "string" },
    });
    if (positionals.length > 0)
      throw new UsageError(`consume takes no argument "${positionals[0]}"; see --help`);
    const { stream, follow } = values;
    if (stream === undefined) throw new UsageError("consume takes its stream from --stream NAME; see --help");
    const feed = values.feed === undefined ? feedOfStream(stream) : feedNamed(values.feed);
    const matches = readConditions(values.where, feed);
    const start = startOf(values.from, follow);
    const format = formatOf(values.format, values.json);
    const table = tableOf(values.to, feed, stream);
    refuseIdleFollowing(values.env, values.dir, follow);

    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const { signal } = interrupted;
    const { connection, close } = await connect(values.env, values.dir);
    const kinesis = kinesisClient(connection);
    const dynamodb = new DynamoDBClient(connection);
    const sink = feed && table !== undefined ? new DynamoSink(dynamodb, table, feed, signal) : undefined;
    const stdout = outputOf(process.stdout);
    const print = (events: readonly Event[]) => stdout.write(events.map(lineOf[format]).join(""));
    const line = progressLine();
    const say = (what: string) => {
      line.clear();
      process.stderr.write(`${what}\n`);
    };
    const counts = noneConsumed();
    const told = () =>
      `${describe(counts)}${sink ? `; ${sink.counts.written} written, ${sink.counts.skipped} there already` : ""}`;
    try {
      await consumeStream(
        {
          kinesis,
          stream,
          start,
          follow,
          signal,
          feed,
          matches,
          say,
          take: (events) => (sink ? sink.put(events) : print(events)),
          onRefused: (source, reason) => {
            if (counts.refused <= SHOWN) say(`no row: ${source} ${reason}`);
          },
          // Rows that scroll by on the same terminal are progress enough.
          onProgress: () => (sink || !stdout.isTTY) && line.show(told()),
        },
        counts,
      );
      say(told());
      return 0;
    } catch (error) {
      if (isBrokenPipe(error)) return 0;
      if (!signal.aborted) throw explained(error, stream, table);
      say(told());
      return 130;
    } finally {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      kinesis.destroy();
      dynamodb.destroy();
      await close?.();
    }
  },
};

function feedNamed(name: string): FeedDefinition {
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
  if (!feed) throw new UsageError(`--feed takes one of ${Object.keys(feeds).join(", ")}, not "${name}"`);
  return feed;
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

function formatOf(given: string | undefined, json: boolean): Format {
  const format = formats.find((each) => each === (given ?? (json ? "json" : "text")));
  if (!format) throw new UsageError(`--format takes one of ${formats.join(", ")}, not "${given}"`);
  if (json && format !== "json") throw new UsageError(`--json and --format ${format} cannot go together`);
  return format;
}

function tableOf(
  to: string | undefined,
  feed: FeedDefinition | undefined,
  stream: string,
): string | undefined {
  if (to === undefined) return undefined;
  const table = /^dynamodb:([A-Za-z0-9_.-]{3,255})$/.exec(to)?.[1];
  if (table === undefined) throw new UsageError(`--to takes dynamodb:<table>, not "${to}"`);
  if (!feed)
    throw new UsageError(
      `--to needs the key of a feed, and ${stream} is no feed's stream; name one with --feed`,
    );
  return table;
}

/** Into a state directory that only this command has open, nothing new can come. */
function refuseIdleFollowing(env: string, dir: string | undefined, follow: boolean): void {
  if (follow && env === "local" && !process.env.AWS_ENDPOINT_URL && !runningCloud(dir ?? ".pricelake"))
    throw new UsageError(
      '--follow needs a cloud that runs: start one with "npm start", or set AWS_ENDPOINT_URL',
    );
}

function describe({ shards, records, rows, matched, refused }: Consumed): string {
  const found = matched === rows ? counted(rows, "row") : `${matched} of ${counted(rows, "row")}`;
  const where = `${counted(records, "record")} of ${counted(shards, "shard")}`;
  return `${found} in ${where}${refused > 0 ? `; ${counted(refused, "line")} no rows of the feed` : ""}`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

class Missing extends Error {
  readonly exitCode = 1;
}

function explained(error: unknown, stream: string, table: string | undefined): unknown {
  if (!(error instanceof Error) || !/ResourceNotFound/.test(`${error.name} ${error.message}`)) return error;
  return new Missing(
    error.message.includes("table") && table !== undefined
      ? `there is no table ${table}`
      : `there is no stream ${stream}`,
  );
}

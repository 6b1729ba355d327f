import { statSync } from "node:fs";
import { type FeedDefinition, feeds, type Row } from "../../data/feeds";
import { names } from "../../data/names";
import { readTime, timesInWords } from "../../sql/library/times";
import { readEvents } from "../consume/sources/kinesis/source";
import { withActivity } from "../kit/activity";
import type { Command } from "../kit/command";
import { environmentOptions, withConnection } from "../kit/connect";
import { counted } from "../kit/counted";
import { UsageError } from "../kit/errors";
import { feedOption } from "../kit/feeds";
import { interruptible } from "../kit/interrupt";
import { kinesisClient } from "../kit/kinesis";
import { flag, optionsHelp, parsed, parseOptions } from "../kit/options";
import { readFile } from "../replay/read-file";
import { explain, testRules } from "./evaluate";

const options = {
  since: parsed(
    "TIME",
    "evaluates the rows of the feed's stream from this time on, by default 24h",
    (text) => readTime(text, Date.now()),
    `a time (${timesInWords})`,
  ),
  feed: feedOption("feed whose rules are tested (default crypto)"),
  json: flag("prints the alerts as JSON lines"),
  ...environmentOptions,
};

export const alerts: Command = {
  summary: "tests the alert rules on recorded rows, and subscribes queues to the alerts",
  options,
  help: () =>
    "npm run alerts -- test [file] [options]\n\nEvaluates the rules of functions/evaluate-rules/rules on the rows of a file (CSV or JSON lines), or of the " +
    `feed's stream, and\nexplains what would be published. Nothing is sent.\n\n${optionsHelp(options)}\n` +
    "npm run alerts -- subscribe <queue>\n  the SQS queue gets each alert; created when it does not exist. Read it with npm run consume -- --queue <queue>\n" +
    "npm run alerts -- unsubscribe <queue>\n  ends that; the queue stays\n",
  run: async ([action = "", ...args]) => {
    if (action === "subscribe" || action === "unsubscribe") return ofQueue(action, args);
    if (action !== "test")
      throw new UsageError(`alerts takes test, subscribe or unsubscribe, not "${action}"; see --help`);
    const { values, positionals } = parseOptions(args, options);
    const [path, extra] = positionals;
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; see --help`);
    if (path !== undefined && values.since !== undefined)
      throw new UsageError("a file and --since cannot go together: a file is evaluated whole");
    const feed = values.feed ?? (feeds.crypto as FeedDefinition);
    const since = values.since ?? Date.now() - DAY_MS;
    const rows = path === undefined ? await streamRows(feed, since, values) : await fileRows(path, feed);
    const { alerts: found, repeated } = testRules(feed, rows);
    process.stdout.write(
      found.map((each) => (values.json ? `${JSON.stringify(each)}\n` : explain(each))).join(""),
    );
    process.stderr.write(
      `${counted(rows.length, "row")}, ${counted(found.length, "alert")}; ${repeated} more matches within the periods of their rules\n`,
    );
    return 0;
  },
};

async function ofQueue(action: "subscribe" | "unsubscribe", args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, environmentOptions);
  const [queue, extra] = positionals;
  if (queue === undefined) throw new UsageError("<queue> is missing; see --help");
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; see --help`);
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(queue))
    throw new UsageError(
      `a queue's name has up to 80 letters, digits, dashes and underscores, unlike "${queue}"`,
    );
  const queues = require("./queue") as typeof import("./queue");
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  await withConnection(values, (connection) =>
    queues[action]({ connection, topic: names(values.env).topic, queue, print }),
  );
  return 0;
}

const DAY_MS = 86_400_000;

async function fileRows(path: string, feed: FeedDefinition): Promise<Row[]> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`there is no file ${path}`);
  const rows: Row[] = [];
  for await (const { number, result } of readFile(path, feed, new Date().toISOString()))
    if (result.ok) rows.push(result.row);
    else process.stderr.write(`${path}:${number} ${result.column ?? "the line"} ${result.reason}\n`);
  return rows;
}

const streamRows = (
  feed: FeedDefinition,
  since: number,
  environment: { readonly env: string; readonly dir: string },
): Promise<Row[]> =>
  interruptible((signal) =>
    withConnection(environment, async (connection) => {
      const kinesis = kinesisClient(connection);
      try {
        const stream = names(environment.env).stream(feed.name);
        const events = await withActivity(
          () => `reading ${stream}`,
          () =>
            readEvents({
              ...{ kinesis, stream, feed, signal },
              start: { type: "AT_TIMESTAMP", at: new Date(since) },
              log: (what) => void process.stderr.write(`${what}\n`),
            }),
        );
        return events.map(({ value }) => value as Row);
      } finally {
        kinesis.destroy();
      }
    }),
  );

import { feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { defineCommand } from "../kit/command";
import { environmentOptions, localCloudRuns } from "../kit/connect";
import { ClosedPipe, UsageError } from "../kit/errors";
import { feedOfStream } from "../kit/feeds";
import { interruptible } from "../kit/interrupt";
import { type KafkaGiven, kafkaOptions } from "../kit/kafka/options";
import { choice, flag, required, text, texts, wholeNumber } from "../kit/options";
import { progressLine } from "../kit/progress";
import { realTime } from "./clock";
import { cursorFile, noCursor } from "./cursor";
import { withDestination } from "./destinations/open";
import { type Target, targetOf } from "./destinations/target";
import { type Collected, collect as collectSource, noneCollected } from "./runner";
import { type SourceKind, type SourceOptions, sources } from "./sources";
import { describe } from "./status";

const DEFAULT_LIMIT = 100;

export const collect = defineCommand({
  summary: "collects events of a live source into a stream",
  usage: "npm run collect -- --source <name> [options]",
  description:
    "Reads a live source and sends its events to a stream as rows of their feed. Objects that are no valid rows are sent " +
    "too, and end in quarantine/ with the reason. After the destination's acknowledgement the position in the source is " +
    "saved in the state directory, and the next run with the same options resumes there.\n\n" +
    `Sources: ${Object.entries(sources)
      .map(([name, { feed, description }]) => `${name} (${feed}: ${description})`)
      .join("; ")}.`,
  options: {
    source: required(choice("NAME", "where the events come from", Object.keys(sources))),
    to: text(
      "WHERE",
      "kinesis:<stream> (default: the feed's stream), firehose:<delivery stream>, kafka:<topic>, or - for stdout",
    ),
    rate: wholeNumber("events a second; by default 5 of a generator, and of other sources all", 1, 1_000_000),
    limit: wholeNumber(
      `stops after so many events; default ${DEFAULT_LIMIT}, or none with --follow`,
      1,
      1_000_000_000,
    ),
    follow: flag("continues until Ctrl-C"),
    seed: wholeNumber("another seed gives other generated events", 0, 999_999, 1),
    file: text("FILE", "shop: an Online Retail file, whose lines are sent in order"),
    server: text(
      "HOST",
      "bluesky, mastodon, x, coinbase, kraken: another server, such as a Jetstream instance or your Mastodon server",
    ),
    query: text("TEXT", "x: searches the last seven days, in X's query language"),
    match: texts(
      "WORD",
      "bluesky, mastodon, x: only posts with this word, which becomes their topic; may be repeated",
    ),
    coins: text("IDS", "coinbase, kraken: ids of coins, with commas; default bitcoin,ethereum,solana"),
    candles: wholeNumber("coinbase, kraken: candles of so many seconds instead of trades", 1, 60),
    "as-logs": text("DIR", "shop: writes dated log files for the agent instead of sending"),
    restart: flag("forgets the saved position"),
    json: flag("prints the counts as JSON at the end"),
    partitions: wholeNumber(
      "kafka: creates the topic with so many partitions when it does not exist",
      1,
      1000,
    ),
    ...kafkaOptions,
    ...environmentOptions,
  },
  run: async (values) => {
    const { source: name, env, dir, follow, json, rate } = values;
    const kind = sources[name] as SourceKind;
    const logs = values["as-logs"];
    const target = logs === undefined ? targetOf(values.to ?? ownStream(name, kind, env)) : undefined;
    refuse(name, kind, values, target);
    const progress = progressLine();
    const stderr = (line: string) => process.stderr.write(`${line}\n`);
    const log = (line: string) => {
      progress.clear();
      stderr(line);
    };
    const environment = (variable: string) => process.env[variable] || undefined;
    const source = kind.open({ ...values, clock: realTime, environment, log });
    return interruptible((signal) =>
      withDestination({ ...values, logs }, target, log, async (destination) => {
        const position =
          target?.kind === "stdout"
            ? noCursor
            : cursorFile(dir, name, [source.origin, destination.name, env]);
        if (values.restart) position.forget();
        const saved = position.read();
        if (saved !== undefined && source.describeCursor)
          log(`resuming after ${source.describeCursor(saved)}; --restart begins anew`);
        const counts = noneCollected();
        const began = Date.now();
        const statistics = () =>
          `${source.origin} → ${destination.name}: ${describe(counts, began, Date.now())}`;
        try {
          await collectSource(
            {
              ...{ source, destination, cursor: position, clock: realTime, follow, signal, log },
              ...(rate !== undefined && { rate }),
              limit: values.limit ?? (follow ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT),
              onProgress: () => progress.show(statistics()),
            },
            counts,
          );
        } catch (error) {
          if (error instanceof ClosedPipe) return 0;
          throw error;
        } finally {
          progress.clear();
        }
        if (json) process.stdout.write(`${JSON.stringify(countsOf(counts))}\n`);
        else stderr(statistics());
        return signal.aborted ? 130 : 0;
      }),
    );
  },
});

type Given = Omit<SourceOptions, "clock" | "environment" | "log"> &
  KafkaGiven & {
    readonly partitions: number | undefined;
    readonly to: string | undefined;
    readonly json: boolean;
    readonly follow: boolean;
    readonly env: string;
    readonly dir: string;
    readonly "as-logs": string | undefined;
  };

/** The stream of the source's feed. */
function ownStream(name: string, { feed }: SourceKind, env: string): string {
  if (Object.hasOwn(feeds, feed)) return `kinesis:${names(env).stream(feed)}`;
  throw new UsageError(
    `--to is missing: ${feed} are no feed of pricelake, and the source ${name} needs a stream or topic of your own, or -`,
  );
}

/** Refuses options that do not go together. */
function refuse(name: string, kind: SourceKind, given: Given, target: Target | undefined): void {
  for (const option of ["file", "server", "query", "match", "coins", "candles"] as const)
    if (given[option] !== undefined && !isEmpty(given[option]) && !kind.options.includes(option))
      throw new UsageError(`--${option} does not go with the source ${name}`);
  if (given["as-logs"] !== undefined && kind.feed !== "retail")
    throw new UsageError(`--as-logs goes with the source shop, not with ${name}`);
  if (given["as-logs"] !== undefined && given.to !== undefined)
    throw new UsageError("--as-logs and --to cannot go together: --as-logs writes files instead of sending");
  if (target === undefined) return;
  if (target.kind === "stdout") {
    if (given.json) throw new UsageError("--json and --to - cannot go together: both print on stdout");
    return;
  }
  if (target.kind === "kafka") return;
  const other = feedOfStream(target.name);
  if (other && other.name !== kind.feed)
    throw new UsageError(
      `${target.name} carries ${other.name}, and the source ${name} gives ${kind.feed}: take another --to`,
    );
  // A state directory that only this command has open is read by nobody.
  if (given.follow && given.env === "local" && !localCloudRuns(given.dir))
    throw new UsageError(
      '--follow needs a running cloud: start one with "npm start", or set AWS_ENDPOINT_URL',
    );
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const countsOf = ({ rows, malformed, deletions, skipped, reconnects }: Collected) => ({
  ...{ rows, malformed, deletions, skipped, reconnects },
});

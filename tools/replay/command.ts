import { statSync } from "node:fs";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { type Command, parseOptions, UsageError, wholeNumber } from "../kit/command";
import { connect } from "../kit/connect";
import { progressLine } from "../kit/progress-line";
import { readFile } from "./read-file";
import { replay as replayRows } from "./replay";

const help = `npm run replay -- <file> --feed <name> [options]

Sends a file's rows through the pipeline: CSV with a header, JSON lines or a JSON array, gzipped or not; for retail the
Online Retail file as it is found. Lines that are no rows are sent along, and end in quarantine/ with the reason.

  --feed NAME   ${Object.keys(feeds).join(", ")}
  --rate N      rows a second; as fast as the stream takes them without it
  --env NAME    local (the default), dev, staging, prod
  --dir PATH    state directory of the local cloud (.pricelake)
  --json        what was sent, for machines
`;

const SHOWN = 10;

export const replay: Command = {
  summary: "sends a file's rows through the pipeline",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      feed: { type: "string" },
      rate: { type: "string" },
      env: { type: "string", default: "local" },
      dir: { type: "string" },
      json: { type: "boolean", default: false },
    });
    const [path, extra] = positionals;
    if (path === undefined || extra !== undefined) throw new UsageError("replay takes one file; see --help");
    if (!statSync(path, { throwIfNoEntry: false })?.isFile())
      throw new UsageError(`there is no file ${path}`);
    const feed =
      values.feed === undefined || !Object.hasOwn(feeds, values.feed) ? undefined : feeds[values.feed];
    if (!feed)
      throw new UsageError(
        `--feed takes one of ${Object.keys(feeds).join(", ")}, not "${values.feed ?? ""}"`,
      );
    const rate = values.rate === undefined ? undefined : wholeNumber("rate", values.rate, 1, 1_000_000);
    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once("SIGINT", stop);
    const { connection, close } = await connect(values.env, values.dir);
    const kinesis = new KinesisClient(connection);
    const line = progressLine();
    let refused = 0;
    try {
      const stream = names(values.env).stream(feed.name);
      const say = (text: string) => process.stderr.write(`${path}: ${text}\n`);
      const sent = await replayRows(readFile(path, feed, new Date().toISOString(), say), {
        kinesis,
        stream,
        feed,
        lanes: await lanesOf(kinesis, stream),
        ...(rate !== undefined && { rate }),
        signal: interrupted.signal,
        onRefused: ({ number, result }) => {
          if (!result.ok && refused++ < SHOWN)
            process.stderr.write(`${path}:${number} ${result.column ?? "the line"} ${result.reason}\n`);
        },
        onSent: (rows) => line.show(`${rows} rows`),
      });
      line.clear();
      if (values.json) process.stdout.write(`${JSON.stringify(sent)}\n`);
      else
        process.stderr.write(
          `${sent.rows} rows sent in ${sent.records} records; ${sent.refused} lines are no rows and go to quarantine/\n`,
        );
      return 0;
    } catch (error) {
      if (interrupted.signal.aborted) return 130;
      throw error;
    } finally {
      process.off("SIGINT", stop);
      kinesis.destroy();
      await close?.();
    }
  },
};

/** As many lanes as the program's producers use. */
async function lanesOf(kinesis: KinesisClient, StreamName: string): Promise<number> {
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
  return lanesFor(StreamDescriptionSummary?.OpenShardCount ?? 1);
}

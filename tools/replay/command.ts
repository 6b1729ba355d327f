import { statSync } from "node:fs";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { names } from "../../data/names";
import { defineCommand } from "../kit/command";
import { environmentOptions, withConnection } from "../kit/connect";
import { UsageError } from "../kit/errors";
import { feedOption, lanesOf } from "../kit/feeds";
import { interruptible } from "../kit/interrupt";
import { flag, required, wholeNumber } from "../kit/options";
import { progressLine } from "../kit/progress";
import { readFile } from "./read-file";
import { replay as replayRows } from "./replay";

const MAX_REASONS_SHOWN = 10;

export const replay = defineCommand({
  summary: "sends a file's rows through the pipeline",
  usage: "npm run replay -- <file> --feed <name> [options]",
  description:
    "Sends a file's rows through the pipeline: CSV with a header, JSON lines or a JSON array, gzipped or not; for retail " +
    "also the Online Retail file as published. Invalid lines are sent too, and end in quarantine/ with the reason.",
  options: {
    feed: required(feedOption("feed of the file's rows")),
    rate: wholeNumber("rows a second; by default as fast as the stream accepts them", 1, 1_000_000),
    ...environmentOptions,
    json: flag("prints the counts as JSON"),
  },
  arguments: ["file"],
  run: async ({ feed, rate, json, ...environment }, [path = ""]) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile())
      throw new UsageError(`there is no file ${path}`);
    return interruptible((signal) =>
      withConnection(environment, async (connection) => {
        const kinesis = new KinesisClient(connection);
        const progress = progressLine();
        const note = (text: string) => process.stderr.write(`${text}\n`);
        let invalid = 0;
        try {
          const stream = names(environment.env).stream(feed.name);
          const rows = readFile(path, feed, new Date().toISOString(), (text) => note(`${path}: ${text}`));
          const sent = await replayRows(rows, {
            kinesis,
            stream,
            feed,
            lanes: await lanesOf(kinesis, stream),
            ...(rate !== undefined && { rate }),
            signal,
            onRefused: ({ number, result }) => {
              if (!result.ok && invalid++ < MAX_REASONS_SHOWN)
                note(`${path}:${number} ${result.column ?? "the line"} ${result.reason}`);
            },
            onSent: (count) => progress.show(`${count} rows`),
          });
          progress.clear();
          if (json) process.stdout.write(`${JSON.stringify(sent)}\n`);
          else
            note(
              `${sent.rows} rows sent in ${sent.records} records; ${sent.refused} invalid lines go to quarantine/`,
            );
          return 0;
        } finally {
          progress.clear();
          kinesis.destroy();
        }
      }),
    );
  },
});

import { statSync } from "node:fs";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { eventTimes } from "../../data/feeds/event-times";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { describeUnknownFields } from "../../data/records/quarantine";
import { defineCommand } from "../kit/command";
import { environmentOptions, withConnection } from "../kit/connect";
import { Refusal, UsageError } from "../kit/errors";
import { feedOption, lanesOf } from "../kit/feeds";
import { firstDayIfReadable } from "../kit/first-day";
import { interruptible } from "../kit/interrupt";
import { flag, required, wholeNumber } from "../kit/options";
import { progressLine } from "../kit/progress";
import { placeOf, readFile } from "./read-file";
import { replay as replayRows } from "./replay";
import { namesOf, survey } from "./survey";

export const replay = defineCommand({
  summary: "sends a file's rows through the pipeline",
  usage: "npm run replay -- <file> --feed <name> [options]",
  description:
    "Sends a file's rows through the pipeline: CSV with a header, JSON lines or a JSON array, gzipped or not, or an .xlsx " +
    "workbook; for retail also the Online Retail files as published. The whole file is checked first. Invalid lines are sent too, and " +
    "end in quarantine/ with the reason; with --strict a file with an invalid line is refused.",
  options: {
    feed: required(feedOption("feed of the file's rows")),
    rate: wholeNumber("rows a second; by default as fast as the stream accepts them", 1, 1_000_000),
    ...environmentOptions,
    strict: flag("sends nothing when a line is invalid"),
    json: flag("prints the counts as JSON"),
  },
  arguments: ["file"],
  run: async ({ feed, rate, strict, json, ...environment }, [path = ""]) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile())
      throw new UsageError(`there is no file ${path}`);
    return interruptible((signal) =>
      withConnection(environment, async (connection) => {
        const kinesis = new KinesisClient(connection);
        const progress = progressLine();
        const note = (text: string) => process.stderr.write(`${text}\n`);
        try {
          const stream = names(environment.env).stream(feed.name);
          const arrival = new Date().toISOString();
          const checked = await survey(
            readFile(path, feed, arrival, (text) => note(`${path}: ${text}`)),
            feed,
            eventTimes(feed, arrival, await firstDayIfReadable(connection, stream, feed, note)),
          );
          const { lines, refused, examples, missing } = checked;
          for (const row of examples) {
            const { result } = row;
            if (!result.ok) note(`${placeOf(path, row)} ${result.column ?? "the line"} ${result.reason}`);
          }
          if (refused > examples.length) note(`${path}: ${refused - examples.length} more invalid lines`);
          if (strict && refused > 0)
            throw new Refusal(`${refused} of ${lines} lines are invalid; --strict: nothing was sent`);
          for (const column of missing)
            note(`${path}: warning: no line has a value for ${namesOf(feed, column)}`);
          const unknownFields = checked.unknown.counts;
          const fields = describeUnknownFields(unknownFields);
          if (fields !== "") note(`${path}: warning: unknown fields, not stored: ${fields}`);
          const lanes = await lanesOf(kinesis, stream);
          const began = Date.now();
          const sent = await replayRows(readFile(path, feed, arrival), {
            kinesis,
            stream,
            feed,
            lanes,
            ...(rate !== undefined && { rate }),
            signal,
            onSent: (count, limited) => {
              const perSecond = (1000 * count) / Math.max(1, Date.now() - began);
              const left = Math.ceil((lines - count) / perSecond);
              const shards = lanes / lanesFor(1);
              progress.show(
                `${count} of ${lines} rows, ${Math.round(perSecond)} rows/s, ${left} s left` +
                  (limited ? `; the limit is the stream: ${shards} × 1 MiB/s` : ""),
              );
            },
          });
          progress.clear();
          const counts = { ...sent, rows: lines - refused, refused };
          if (json) process.stdout.write(`${JSON.stringify({ ...counts, unknownFields, missing })}\n`);
          else
            note(
              `${counts.rows} rows sent in ${sent.records} records; ${refused} invalid lines go to quarantine/`,
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

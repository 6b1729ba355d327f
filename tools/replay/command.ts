import { statSync } from "node:fs";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import type { FeedDefinition } from "../../data/feeds";
import { type EventTimes, eventTimes } from "../../data/feeds/event-times";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { describeUnknownFields } from "../../data/records/quarantine";
import { Activity, withActivity } from "../kit/activity";
import { defineCommand } from "../kit/command";
import { environmentOptions, withConnection } from "../kit/connect";
import { Refusal, UsageError } from "../kit/errors";
import { feedOption, lanesOf } from "../kit/feeds";
import { firstDayIfReadable } from "../kit/first-day";
import { interruptible } from "../kit/interrupt";
import { flag, required, wholeNumber } from "../kit/options";
import { placeOf, withTimes } from "./file-row";
import { describeProgress, describeSent, grouped, type Progress } from "./progress";
import { readFile } from "./read-file";
import { type Replayed, replay as replayRows } from "./replay";
import { namesOf, type Survey, survey } from "./survey";

export const replay = defineCommand({
  summary: "sends a file's rows through the pipeline",
  usage: "npm run replay -- <file> --feed <name> [options]",
  description:
    "Sends a file's rows through the pipeline: CSV with a header, JSON lines or a JSON array, gzipped or not, or an .xlsx " +
    "workbook; for retail also the Online Retail files as published. The whole file is checked first. Invalid lines are sent too, and " +
    "end in quarantine/ with what the file has and the reason; with --strict a file with an invalid line is refused. Unknown " +
    "fields are sent with their rows: they are not stored, and the quarantine report counts them by name.",
  options: {
    feed: required(feedOption("feed of the file's rows")),
    rate: wholeNumber("rows a second; by default as fast as the stream accepts them", 1, 1_000_000),
    ...environmentOptions,
    strict: flag("sends nothing when a line is invalid"),
    json: flag("prints the counts as JSON"),
  },
  arguments: ["file"],
  run: async ({ feed, rate, strict, json, ...environment }, [path = ""]) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile())
      throw new UsageError(
        found?.isDirectory() ? `${path} is a folder, not a file` : `there is no file ${path}`,
      );
    return interruptible((signal) =>
      withConnection(environment, async (connection) => {
        const kinesis = new KinesisClient(connection);
        try {
          const arrival = new Date().toISOString();
          const stream = names(environment.env).stream(feed.name);
          const since = await firstDayIfReadable(connection, stream, feed, note);
          const times = eventTimes(feed, arrival, since);
          const file: File = { path, feed, arrival, times, signal };
          const checked = await check(file, strict);
          const lanes = await lanesOf(kinesis, stream);
          const counts = await send(file, checked.lines, { kinesis, stream, lanes, rate });
          if (json) process.stdout.write(`${JSON.stringify({ ...counts, ...reported(checked) })}\n`);
          else note(checked.lines === 0 ? `${path} has no rows; nothing was sent` : describeSent(counts));
          return 0;
        } finally {
          kinesis.destroy();
        }
      }),
    );
  },
});

interface File {
  readonly path: string;
  readonly feed: FeedDefinition;
  /** Event time of rows without one. */
  readonly arrival: string;
  readonly times: EventTimes;
  readonly signal: AbortSignal;
}

const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Reads the whole file and says what is wrong with it. */
async function check({ path, feed, arrival, times, signal }: File, strict: boolean): Promise<Survey> {
  let lines = 0;
  const notes: string[] = [];
  const rows = withTimes(
    readFile(path, feed, arrival, (text) => notes.push(text)),
    feed,
    times,
  );
  const checked = await withActivity(
    () => `checking ${path}: ${grouped(lines)} lines`,
    () =>
      survey(rows, feed, (count) => {
        signal.throwIfAborted();
        lines = count;
      }),
  );
  for (const text of checked.lines > 0 ? notes : []) note(`${path}: ${text}`);
  const { refused, examples, missing, unknown } = checked;
  for (const row of examples)
    if (!row.result.ok) note(`${placeOf(path, row)} ${row.result.column ?? "the line"} ${row.result.reason}`);
  if (refused > examples.length) note(`${path}: ${refused - examples.length} more invalid lines`);
  if (strict && refused > 0)
    throw new Refusal(`${refused} of ${checked.lines} lines are invalid; --strict: nothing was sent`);
  for (const column of missing) note(`${path}: warning: no line has a value for ${namesOf(feed, column)}`);
  const fields = describeUnknownFields(unknown.counts);
  if (fields !== "") note(`${path}: warning: unknown fields, not stored: ${fields}`);
  return checked;
}

interface Target {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly lanes: number;
  readonly rate: number | undefined;
}

/** Sends the file's rows, and shows how far it is, the rate, the time left and what limits the rate. */
async function send(file: File, lines: number, target: Target): Promise<Replayed> {
  const { path, feed, arrival, times, signal } = file;
  const { rate, ...stream } = target;
  const shards = target.lanes / lanesFor(1);
  const limits = {
    stream: `the stream: ${shards} shard${shards === 1 ? "" : "s"}, 1 MiB/s each`,
    rate: `--rate ${rate}`,
  };
  let progress: Pick<Progress, "rows" | "limit" | "refusal"> = { rows: 0, limit: undefined };
  const activity = new Activity((seconds) => describeProgress({ ...progress, of: lines, seconds }));
  try {
    return await replayRows(withTimes(readFile(path, feed, arrival), feed, times), {
      ...stream,
      feed,
      signal,
      ...(rate !== undefined && { rate }),
      onSent: (rows, limit) => {
        progress = { rows, limit: limit && limits[limit] };
      },
      onRefused: (refusal) => {
        progress = { ...progress, refusal };
      },
    });
  } finally {
    activity.end();
  }
}

const reported = ({ unknown, missing }: Survey) => ({ unknownFields: unknown.counts, missing });

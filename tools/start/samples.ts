import { join } from "node:path";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { type FeedDefinition, feeds, type Row } from "../../data/feeds";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { samples } from "../../data/samples";
import type { Connection } from "../kit/connect";
import { writeAtomic } from "../kit/files";
import type { FileRow } from "../replay/file-row";
import { readFile } from "../replay/read-file";
import { replay } from "../replay/replay";
import { readStateFile } from "./state-files";

const folder = join(__dirname, "../../data/samples");

/** Sends the committed samples of retail, stocks and posts through their streams, so that every report has data. */
export async function replaySamples(
  connection: Connection,
  env: string,
  asOf: number,
  signal: AbortSignal,
): Promise<void> {
  const kinesis = new KinesisClient(connection);
  try {
    for (const [file, sample] of Object.entries(samples)) {
      const feed = feeds[sample.feed];
      if (!feed) continue;
      const rows = retimed(readFile(join(folder, file), feed, new Date(asOf).toISOString()), feed, asOf);
      await replay(rows, { kinesis, stream: names(env).stream(feed.name), feed, lanes: lanesFor(1), signal });
    }
  } finally {
    kinesis.destroy();
  }
}

/** Shifts the events of live feeds so that the last one is of this minute. Historical feeds keep their dates. */
async function* retimed(
  rows: AsyncIterable<FileRow>,
  feed: FeedDefinition,
  now: number,
): AsyncGenerator<FileRow> {
  const all: FileRow[] = [];
  for await (const row of rows) all.push(row);
  const instants = all.flatMap(({ result }) =>
    result.ok ? [Date.parse(String(result.row[feed.eventTime]))] : [],
  );
  const shift = feed.name === HISTORY ? 0 : Math.floor((now - Math.max(...instants)) / 60_000) * 60_000;
  for (const row of all)
    yield row.result.ok ? { ...row, result: { ok: true, row: moved(row.result.row, feed, shift) } } : row;
}

const HISTORY = "retail";

function moved(row: Row, feed: FeedDefinition, millis: number): Row {
  const move = ([name, value]: [string, Row[string]]): [string, Row[string]] =>
    feed.columns[name]?.type === "timestamp" && typeof value === "string"
      ? [name, new Date(Date.parse(value) + millis).toISOString()]
      : [name, value];
  return Object.fromEntries(Object.entries(row).map(move));
}

interface Mark {
  /** The samples' times are relative to this instant. */
  readonly asOf: number;
  readonly sent: boolean;
}

/**
 * Sends once per state directory. The instant is saved before the first record is sent: after a kill, the next start
 * sends the same events with the same keys, and tables and views show each once.
 */
export async function sendOnce(
  dir: string,
  now: number,
  send: (asOf: number) => Promise<void>,
): Promise<void> {
  const path = join(dir, "samples.json");
  const keep = (mark: Mark): void => writeAtomic(path, JSON.stringify(mark), { private: true });
  const mark = readStateFile<Mark>(dir, "samples.json", "whether the samples were sent") ?? {
    asOf: now,
    sent: false,
  };
  if (mark.sent) return;
  keep(mark);
  await send(mark.asOf);
  keep({ ...mark, sent: true });
}

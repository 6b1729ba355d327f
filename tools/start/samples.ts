import { join } from "node:path";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { type FeedDefinition, feeds, type Row } from "../../data/feeds";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { samples } from "../../data/samples";
import type { Connection } from "../kit/connect";
import { type FileRow, readFile } from "../replay/read-file";
import { replay } from "../replay/replay";

const folder = join(__dirname, "../../data/samples");

/** Sends the committed samples of retail, stocks and posts through their own streams, so that every report has data. */
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

/** History keeps its dates; what streams live is moved as a whole so that its last event is of this minute. */
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

import { join } from "node:path";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { feeds } from "../../data/feeds";
import { samples } from "../../data/samples";
import { names } from "../../infra/naming";
import { readFile } from "../../ingest/replay/read-file";
import { replay } from "../../ingest/replay/replay";
import type { Connection } from "../../ops/connection";

const folder = join(__dirname, "../../data/samples");

/** Sends the committed samples of retail, stocks and posts through their own streams, so that every report has data. */
export async function replaySamples(
  connection: Connection,
  env: string,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const kinesis = new KinesisClient(connection);
  try {
    for (const [file, sample] of Object.entries(samples)) {
      const feed = feeds[sample.feed];
      if (!feed) continue;
      const rows = readFile(join(folder, file), feed, new Date(now).toISOString());
      await replay(rows, { kinesis, stream: names(env).stream(feed.name), feed, lanes: 2, signal });
    }
  } finally {
    kinesis.destroy();
  }
}

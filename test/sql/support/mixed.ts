import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, feeds, type Row, validateRow } from "../../../data/feeds";
import { readRetailFile } from "../../../data/feeds/retail-file";
import { present, type TestLake } from "./lake";
import { cryptoRows } from "./ticks";

const samples = join(__dirname, "../../../data/samples");

/** The last day that is compacted: later days of each feed stay in csv/. The present is 2026-03-03. */
const lastDayOf = (feed: FeedDefinition): string => (feed.name === "retail" ? "2011-02-09" : "2026-03-02");

/** The start of a window that has days of both. */
export const windowStart = (feed: string): string => (feed === "retail" ? "2010-01-01" : "2026-02-20");

export async function rowsOf(feed: FeedDefinition): Promise<readonly Row[]> {
  if (feed.name === "crypto") return cryptoRows();
  if (feed.name === "retail") {
    const rows: Row[] = [];
    for await (const { result } of readRetailFile(readFileSync(join(samples, "retail.csv"))).lines())
      if (result.ok) rows.push(result.row);
    return rows;
  }
  const lines = readFileSync(join(samples, `${feed.name}.ndjson`), "utf8").split("\n");
  const read = lines.flatMap((line) => {
    const result = line === "" ? undefined : validateRow(feed, JSON.parse(line), "2026-03-01T00:00:00.000Z");
    return result?.ok ? [result.row] : [];
  });
  // The sample's times are moved to end at the present.
  const times = read.map((row) => Date.parse(String(row[feed.eventTime])));
  const shift = present - 3_600_000 - Math.max(...times);
  return read.map((row, i) => ({
    ...row,
    [feed.eventTime]: new Date((times[i] ?? 0) + shift).toISOString(),
  }));
}

/** Writes the rows of all feeds, some of them twice. */
export async function storeAll(lake: TestLake): Promise<void> {
  for (const feed of Object.values(feeds)) {
    const rows = await rowsOf(feed);
    await lake.store(feed, rows);
    await lake.store(feed, rows.slice(10, 60), "shardId-000000000000-2");
  }
}

/** Moves the first days of each feed to history, and leaves the last ones in csv/. */
export async function compactFirstDays(lake: TestLake): Promise<void> {
  for (const feed of Object.values(feeds)) {
    const last = lastDayOf(feed);
    const { days, behind } = await lake.compact(feed, last);
    const done = days.every(({ outcome }) => outcome === "compacted");
    assert.ok(days.length > 0 && done, JSON.stringify(days));
    assert.equal(behind, 0);
    const recent = (await rowsOf(feed)).filter((row) => String(row[feed.eventTime]).slice(0, 10) > last);
    assert.ok(recent.length > 0, `${feed.name}: there are days in csv/ too`);
  }
}

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, feeds, type Row, validateRow } from "../../data/feeds";
import { readRetailFile } from "../../data/feeds/retail-file";
import { loadReport, reportIds } from "../../sql/library/library";
import { assertRows, startLake, type TestLake } from "./support/lake";
import { cryptoRows } from "./support/ticks";

const samples = join(__dirname, "../../data/samples");
/** The last day that is compacted; the present is 2026-03-03. */
const LAST = "2026-03-01";

async function rowsOf(feed: FeedDefinition): Promise<readonly Row[]> {
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
  const shift = Date.parse("2026-03-03T11:00:00Z") - Math.max(...times);
  return read.map((row, i) => ({
    ...row,
    [feed.eventTime]: new Date((times[i] ?? 0) + shift).toISOString(),
  }));
}

/** Rows in one order: reports leave the order of equal rows open. */
const sorted = (rows: readonly object[]): object[] =>
  [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe("Reports over days in history and days in csv/", function () {
  this.timeout(180_000);
  let lake: TestLake;
  const overCsv = new Map<string, object[]>();

  const ask = async (id: string): Promise<object[]> => {
    const { name, window, feed, params } = loadReport(id);
    const coins = params
      .filter((param) => /^coins?$/.test(param.name))
      .map((param) => `--${param.name}=alpha`);
    const from = feed === "retail" ? "2010-01-01" : "2026-02-20";
    return lake.ask([name, ...coins, ...(window ? [`--${window.from}`, from] : [])]);
  };

  before(async () => {
    lake = await startLake();
    for (const feed of Object.values(feeds)) {
      const rows = await rowsOf(feed);
      await lake.store(feed, rows);
      await lake.store(feed, rows.slice(10, 60), "shardId-000000000000-2");
    }
    for (const id of reportIds()) overCsv.set(id, await ask(id));
    for (const feed of Object.values(feeds)) {
      const { days, behind } = await lake.compact(feed, LAST);
      assert.ok(
        days.length > 0 && days.every(({ outcome }) => outcome === "compacted"),
        JSON.stringify(days),
      );
      assert.equal(behind, 0);
    }
  });

  after(() => lake.stop());

  for (const id of reportIds())
    it(`${id} is the same as over csv/ alone`, async () => {
      const expected = overCsv.get(id) ?? [];
      assertRows(sorted(await ask(id)), sorted(expected));
    });

  it("have rows to compare", () => {
    const empty = [...overCsv].filter(([, rows]) => rows.length === 0).map(([id]) => id);
    assert.deepEqual(
      empty.filter((id) => !MAY_BE_EMPTY.has(id)),
      [],
    );
  });
});

/** Reports on faults that these rows do not have. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["ops/quarantine"]);

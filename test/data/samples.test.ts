import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { feeds, type Row, validateRow } from "../../data/feeds";
import { readRetailFile } from "../../data/feeds/retail-file";
import { generatedFiles } from "../../data/generate";
import { samples } from "../../data/samples";
import { shares } from "../../data/samples/shares";

const root = join(__dirname, "..", "..");

describe("Generated files", () => {
  for (const [path, content] of generatedFiles())
    it(`${path} is what \`node --require tsx/cjs data/generate.ts\` makes`, () => {
      assert.equal(Buffer.compare(readFileSync(join(root, path)), content), 0);
    });
});

describe("Samples", () => {
  for (const [name, { feed }] of Object.entries(samples).filter(([file]) => file.endsWith(".ndjson")))
    it(`every line of ${name} is a row of ${feed}, unchanged by the validator`, () => {
      const contract = feeds[feed] ?? assert.fail();
      const lines = readFileSync(join(root, "data/samples", name), "utf8")
        .trimEnd()
        .split("\n");
      for (const line of lines) {
        const row = JSON.parse(line) as Row;
        assert.deepEqual(validateRow(contract, row), { ok: true, row });
      }
      assert.ok(lines.length >= 100);
    });

  const rowsOf = (name: string) =>
    readFileSync(join(root, "data/samples", name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Row);
  const daysOf = (rows: readonly Row[], column: string) =>
    new Set(rows.map((row) => String(row[column]).slice(0, 10))).size;

  it("have stock ticks and posts of some days, and retail of five months in which customers come back", () => {
    assert.equal(daysOf(rowsOf("stocks.ndjson"), "event_time"), 6);
    assert.equal(daysOf(rowsOf("posts.ndjson"), "posted_at"), 3);
    const months = new Map<string, Set<string>>();
    const file = readRetailFile(readFileSync(join(root, "data/samples/retail.csv")));
    for (const { result } of file.lines()) {
      const row = result.ok ? result.row : assert.fail(result.reason);
      if (row.CustomerID === null) continue;
      const customer = months.get(String(row.CustomerID)) ?? new Set();
      months.set(String(row.CustomerID), customer.add(String(row.InvoiceDate).slice(0, 7)));
    }
    const cohorts = new Map<string, { customers: number; returned: number }>();
    for (const own of months.values()) {
      const first = [...own].sort()[0] ?? "";
      const cohort = cohorts.get(first) ?? { customers: 0, returned: 0 };
      cohorts.set(first, {
        customers: cohort.customers + 1,
        returned: cohort.returned + (own.size > 1 ? 1 : 0),
      });
    }
    assert.deepEqual([...cohorts.keys()].sort(), ["2010-12", "2011-01", "2011-02", "2011-03", "2011-04"]);
    for (const month of ["2010-12", "2011-01", "2011-02", "2011-03"]) {
      const { customers, returned } = cohorts.get(month) ?? assert.fail(month);
      assert.ok(customers >= 10 && returned >= 3, `${month}: ${returned} of ${customers} come back`);
    }
  });

  it("end at the prices at which the generated stock ticks go on, so that no report shows a jump", () => {
    const last = new Map(rowsOf("stocks.ndjson").map((row) => [row.ticker_symbol, row]));
    const usual = new Map<string, readonly [string, number]>(
      shares.map(([symbol, ...rest]) => [symbol, rest]),
    );
    assert.equal(last.size, 8);
    for (const [symbol, { price, sector }] of last) {
      const [demoSector, demoPrice] = usual.get(String(symbol)) ?? assert.fail(String(symbol));
      assert.equal(sector, demoSector);
      assert.ok(Math.abs(Math.log(Number(price) / demoPrice)) < 0.15, `${symbol} ${price}, not ${demoPrice}`);
    }
  });

  it("retail.csv has every oddity of the real file, and every line of it is a row", async () => {
    const file = readRetailFile(readFileSync(join(root, "data/samples/retail.csv")));
    const rows: Row[] = [];
    for await (const { result } of file.lines())
      rows.push(result.ok ? result.row : assert.fail(result.reason));
    assert.equal(file.encoding, "latin1");
    assert.deepEqual(file.dates, { order: "month-first", by: "the file" });
    const some = (test: (row: Row) => boolean) => rows.some(test);
    assert.ok(some((row) => String(row.InvoiceNo).startsWith("C") && Number(row.Quantity) < 0));
    assert.ok(some((row) => row.CustomerID === null) && some((row) => row.Description === null));
    assert.ok(
      some((row) => String(row.Description).includes('"')) &&
        some((row) => String(row.Description).includes(",")),
    );
    assert.ok(
      some((row) => Number(row.UnitPrice) < 0) && some((row) => String(row.Description).includes("É")),
    );
    assert.deepEqual(rows.at(-1), rows[0]);
  });
});

import { strict as assert } from "node:assert";
import { errorColumns, quarantineColumns } from "../../analytics/check/lake";
import { feedsOf } from "../../analytics/check/reports";
import { unloadOf } from "../../analytics/export/unload";
import { csvColumns, feeds, rawColumns, rawViewSql } from "../../data/feeds";
import { partitionKeys } from "../../data/feeds/glue";
import { unitedViewSql } from "../../data/history/sql";
import { historyColumns } from "../../data/history/tables";
import { daysOf } from "../../data/hours";
import { rawFormats, rawTable, tablesOf } from "../../data/names";
import { viewCounts } from "../../functions/reconcile/read-view";
import { bind } from "../../sql/library/bind";
import { loadReport, reportIds } from "../../sql/library/library";
import { defaultText, readValue } from "../../sql/library/values";
import { coinsSql, slotsSql } from "../../tools/backfill/plan";
import { historyKeysSql } from "../../tools/reconcile/history";
import { parquetRowsSql } from "../../tools/reconcile/parquet";
import { present, type Selected, startLake, type TestLake } from "./support/lake";
import { compactFirstDays, storeAll, windowStart } from "./support/mixed";
import { type Answer, ask, TRINO_ORACLE, withParameters } from "./support/trino";

/** The schema of Trino's memory. */
const DB = "default";
const ROWS_PER_INSERT = 200;
const RANGE = { from: "2026-02-20T00", to: "2026-03-03T23" };

interface Column {
  readonly name: string;
  readonly type: string;
}

const trinoTypes: Readonly<Record<string, string>> = { string: "varchar", timestamp: "timestamp(3)" };
const trinoType = (type: string): string => trinoTypes[type] ?? type;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const literal = ({ type }: Column, text: string | null): string =>
  text === null ? "NULL" : type === "string" ? quoted(text) : `CAST(${quoted(text)} AS ${trinoType(type)})`;

const dt: Column = { name: "dt", type: "string" };
const path: Column = { name: "$path", type: "string" };

/** The tables that reports and commands read, with their columns. */
const tables: readonly (readonly [string, readonly Column[]])[] = Object.values(feeds).flatMap((feed) => {
  const of = tablesOf(feed);
  return [
    [of.csv, [...csvColumns(feed), ...partitionKeys, path]],
    [of.history, [...historyColumns(feed), dt]],
    [of.quarantine, [...quarantineColumns, dt, path]],
    [of.errors, [...errorColumns, dt, path]],
    ...rawFormats.map(
      (format) => [rawTable(feed.name, format), [...rawColumns(feed), ...partitionKeys, path]] as const,
    ),
  ] as const;
});

/** The lake of this test has no tables over raw/. In Trino they are empty. */
const isRaw = (sql: string): boolean => /_raw_/.test(sql);

describe("Trino, with the rows of a lake", function () {
  this.timeout(600_000);
  let lake: TestLake;
  let trino: Map<string, Answer>;
  const ours = new Map<string, Selected>();

  before(async function () {
    if (TRINO_ORACLE === undefined) return this.skip();
    lake = await startLake();
    await storeAll(lake);
    await compactFirstDays(lake);
    const questions = statements();
    for (const [name, { query, parameters }] of questions)
      if (isRaw(query)) ours.set(name, { types: [], rows: [] });
      else ours.set(name, await lake.query(query, parameters));
    const ranges = new Map<string, { from: string; to: string }[]>();
    for (const feed of Object.values(feeds)) {
      const { rows } = await lake.query(`SELECT DISTINCT dt FROM ${tablesOf(feed).history} ORDER BY 1`);
      ranges.set(
        feed.name,
        rows.map(([day]) => ({ from: day ?? "", to: day ?? "" })),
      );
    }
    const created = new Map<string, string>();
    for (const [table, columns] of tables) {
      const list = columns.map(({ name }) => `"${name}"`).join(", ");
      const empty = columns.map(({ name, type }) => `CAST(NULL AS ${trinoType(type)}) AS "${name}"`);
      created.set(`create ${table}`, `CREATE TABLE ${table} AS SELECT ${empty.join(", ")} WITH NO DATA`);
      const { rows } = isRaw(table) ? { rows: [] } : await lake.query(`SELECT ${list} FROM ${table}`);
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        const values = rows
          .slice(at, at + ROWS_PER_INSERT)
          .map((cells) => `(${columns.map((column, i) => literal(column, cells[i] ?? null)).join(", ")})`);
        created.set(`insert ${table} ${at}`, `INSERT INTO ${table} VALUES ${values.join(", ")}`);
      }
    }
    // The oracle creates no views, so these tables have the rows that the views' texts select.
    for (const feed of Object.values(feeds)) {
      const raw = rawFormats.map((format) => rawTable(feed.name, format));
      const of = tablesOf(feed);
      created.set(
        `view ${of.view}`,
        `CREATE TABLE ${of.view} AS ${unitedViewSql(feed, DB, ranges.get(feed.name) ?? [])}`,
      );
      created.set(`view ${of.raw}`, `CREATE TABLE ${of.raw} AS ${rawViewSql(feed, DB, raw)}`);
    }
    const asked = [...questions].map(
      ([name, { query, parameters }]) => [name, withParameters(query, parameters)] as const,
    );
    const all = [...created, ...asked];
    const answers = ask(all.map(([, sql]) => sql));
    trino = new Map(all.map(([name], i) => [name, answers[i] ?? assert.fail(name)]));
    for (const name of created.keys()) answered(name);
  });

  after(() => lake?.stop());

  const answered = (name: string) => {
    const { error, message, rows = [] } = trino.get(name) ?? assert.fail(name);
    assert.equal(error, undefined, `${name}: ${error}: ${message}`);
    return rows;
  };

  const same = (name: string) => {
    const { types, rows } = ours.get(name) ?? assert.fail(name);
    const inOrder = (of: readonly Cells[]) => {
      const key = (cells: Cells) =>
        cells.map((cell, i) => (types[i] === "double" ? short(cell) : cell)).join(" | ");
      return [...of].sort((one, other) => (key(one) < key(other) ? -1 : 1));
    };
    const expected = inOrder(rows);
    const actual = inOrder(answered(name)).map((cells, at) =>
      cells.map((cell, i) => {
        const other = expected[at]?.[i] ?? null;
        return types[i] === "double" && isClose(cell, other) ? other : cell;
      }),
    );
    assert.deepEqual(actual, expected);
  };

  for (const name of statements().keys()) it(`answers ${name} as the embedded cloud does`, () => same(name));

  it("has rows to compare", () => {
    const empty = [...ours].filter(([, { rows }]) => rows.length === 0).map(([name]) => name);
    assert.deepEqual(
      empty.filter((name) => !MAY_BE_EMPTY.has(name)),
      [],
    );
  });
});

type Cells = readonly (string | null)[];

const short = (cell: string | null): string | null =>
  cell === null ? null : String(Number(Number(cell).toPrecision(12)));

/** Equal but for the last digits, which depend on the order of adding. */
const isClose = (one: string | null, other: string | null): boolean =>
  one !== null &&
  other !== null &&
  Math.abs(Number(one) - Number(other)) <=
    1e-9 * Math.max(Math.abs(Number(one)), Math.abs(Number(other)), 1e-6);

/** The saved reports, and the queries of the commands. */
function statements(): Map<string, { query: string; parameters: readonly string[] }> {
  const all = new Map<string, { query: string; parameters: readonly string[] }>();
  for (const id of reportIds()) {
    const report = loadReport(id);
    const definitions = feedsOf(report);
    const text = (name: string) =>
      /^coins?$/.test(name) ? "alpha" : name === report.window?.from ? windowStart(report.feed) : undefined;
    const values = new Map(
      report.params.map((param) => [
        param.name,
        readValue(param, text(param.name) ?? defaultText(param, definitions), present),
      ]),
    );
    all.set(id, bind(report, values, definitions));
  }
  const add = (name: string, query: string) => all.set(name, { query, parameters: [] });
  for (const feed of Object.values(feeds)) {
    add(`reconcile's counts of ${feed.name}`, viewCounts(feed, RANGE));
    const day = feed.name === "retail" ? "2011-01-10" : (daysOf(RANGE).at(-2) ?? "");
    add(`reconcile's keys of ${feed.name}`, historyKeysSql(feed, day));
    add(`reconcile's raw rows of ${feed.name}`, parquetRowsSql(feed, RANGE));
  }
  add("backfill's slots", slotsSql(RANGE));
  add("backfill's coins", coinsSql(RANGE, [present - 300_000, present - 600_000]));
  const unload = unloadOf(
    "SELECT * FROM crypto WHERE dt = '2026-03-02'",
    ["coin_id", "price_usd", "dt"],
    ["dt"],
    "s3://a/",
  );
  add("an export", /^UNLOAD \(([\s\S]*)\)\nTO /.exec(unload)?.[1] ?? assert.fail(unload));
  add("the columns of an export", "SELECT * FROM (\nSELECT coin_id, dt FROM crypto\n) LIMIT 0");
  return all;
}

/** Reports on faults that these rows do not have, and tables without rows. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set([
  "ops/quarantine",
  "the columns of an export",
  "reconcile's counts of retail",
  ...Object.keys(feeds).map((feed) => `reconcile's raw rows of ${feed}`),
]);

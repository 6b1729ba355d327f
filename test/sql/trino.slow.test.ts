import { strict as assert } from "node:assert";
import { errorColumns, quarantineColumns } from "../../analytics/check/lake";
import { csvColumns, type FeedDefinition, feeds, rawColumns, rawViewSql, viewSql } from "../../data/feeds";
import { checksumSql } from "../../data/history/checksum";
import { boundariesSql } from "../../data/history/key-ranges";
import type { Source } from "../../data/history/source";
import { countRunSql, unitedViewSql, unloadSql, verifySql } from "../../data/history/sql";
import { historyColumns } from "../../data/history/tables";
import { rawFormats, rawTable, tablesOf } from "../../data/names";
import { accepted, TRINO_ORACLE } from "./support/trino";

const DB = "pricelake_test";
const DAY = "2026-01-30";
const NEXT_DAY = "2026-01-31";
const RUN = "run-1";

const samples: Readonly<Record<string, string>> = {
  string: "'a'",
  bigint: "BIGINT '1'",
  double: "DOUBLE '1.5'",
  boolean: "true",
  timestamp: `TIMESTAMP '${DAY} 03:00:00.000'`,
};

const texts: Readonly<Record<string, string>> = {
  ...samples,
  bigint: "'1'",
  double: "'1.5'",
  boolean: "'true'",
  timestamp: `'${DAY} 03:00:00.000'`,
};

type Columns = readonly { readonly name: string; readonly type: string }[];

/** A table as a subquery with some equal rows. `values` are those of columns that have no sample. */
function table(columns: Columns, rows: number, values: Readonly<Record<string, string>>): string {
  const cells = columns.map(({ name, type }) => `${values[name] ?? samples[type] ?? "NULL"} AS ${name}`);
  const keys = Object.entries({ dt: DAY, hour: "03", $path: "s3://a/b" }).flatMap(([name, value]) =>
    columns.some((column) => column.name === name) ? [] : [`CAST('${value}' AS varchar) AS "${name}"`],
  );
  const row = `SELECT ${[...cells, ...keys].join(", ")}`;
  return `(SELECT * FROM (${row}) CROSS JOIN UNNEST(sequence(1, ${rows})) AS copies (copy))`;
}

const typesOf = (feed: FeedDefinition): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(feed.columns).map(([name, { type }]) => [name.toLowerCase(), texts[type] ?? "NULL"]),
  );

/** The feeds' tables: each event is twice in csv/ and once in its run. Views are those of the catalogue. */
const tables = new Map<string, string>();
for (const feed of Object.values(feeds)) {
  const of = tablesOf(feed);
  const history = historyColumns(feed);
  const keys = { hour: "CAST('03' AS varchar)" };
  tables.set(of.csv, table(csvColumns(feed), 2, typesOf(feed)));
  tables.set(of.history, table(history, 1, keys));
  tables.set(of.runs, table([...history, { name: "run", type: "string" }], 1, { ...keys, run: `'${RUN}'` }));
  tables.set(of.quarantine, table(quarantineColumns, 1, {}));
  tables.set(of.errors, table(errorColumns, 1, {}));
  for (const format of rawFormats)
    tables.set(
      rawTable(feed.name, format),
      table(rawColumns(feed), 1, { ...typesOf(feed), ...doubles(feed) }),
    );
}
for (const feed of Object.values(feeds)) {
  const of = tablesOf(feed);
  tables.set(of.view, `(${filled(unitedViewSql(feed, DB, [{ from: DAY, to: DAY }]))})`);
  tables.set(
    of.raw,
    `(${filled(
      rawViewSql(
        feed,
        DB,
        rawFormats.map((format) => rawTable(feed.name, format)),
      ),
    )})`,
  );
}

/** Numbers of raw rows are numbers already. */
function doubles(feed: FeedDefinition): Record<string, string> {
  return Object.fromEntries(
    Object.entries(feed.columns).flatMap(([name, { type }]) =>
      type === "string" || type === "timestamp" ? [] : [[name.toLowerCase(), samples[type] ?? "NULL"]],
    ),
  );
}

/** The statement with a subquery for each table, because the oracle has no catalogue. */
function filled(sql: string): string {
  const quoted = sql.replace(
    new RegExp(`"${DB}"\\."(\\w+)"`, "g"),
    (_, name: string) => tables.get(name) ?? name,
  );
  const names = [...tables.keys()].join("|");
  return quoted.replace(
    new RegExp(
      `\\b(FROM|JOIN)(\\s+)(${names})\\b(?!\\.)(\\s+(?:AS\\s+)?(?!(?:WHERE|GROUP|ORDER|JOIN|LEFT|CROSS|UNION|ON|HAVING|LIMIT)\\b)\\w+)?`,
      "gi",
    ),
    (_, word: string, space: string, name: string, alias: string | undefined) =>
      `${word}${space}${tables.get(name)} ${alias ?? `AS ${name}`}`,
  );
}

const selectOf = (unload: string): string =>
  /^UNLOAD \(([\s\S]*)\)\nTO /.exec(unload)?.[1] ?? assert.fail(unload);

const sources: Readonly<Record<string, Source>> = {
  "csv alone": { history: false },
  "csv and history": { history: true },
  "csv, history and an import": { history: true, imported: RUN },
};

describe("Trino", function () {
  this.timeout(600_000);
  before(function () {
    if (TRINO_ORACLE === undefined) this.skip();
  });

  it("accepts the statements of the compaction, and verifies a run as they say", () => {
    const statements = new Map<string, string>();
    for (const feed of Object.values(feeds)) {
      for (const [what, source] of Object.entries(sources)) {
        statements.set(
          `${feed.name}: write ${what}`,
          selectOf(unloadSql(feed, DB, DAY, source, "s3://b/c/")),
        );
        const keys = ["a", "o'b"];
        const split = unloadSql(feed, DB, DAY, source, "s3://b/c/", keys);
        statements.set(`${feed.name}: write in parts ${what}`, selectOf(split));
        statements.set(`${feed.name}: ranges ${what}`, boundariesSql(feed, DB, DAY, source, 4));
        statements.set(`${feed.name}: verify ${what}`, verifySql(feed, DB, [DAY, NEXT_DAY], source, RUN));
      }
      statements.set(`${feed.name}: count`, countRunSql(feed, DB, DAY, RUN));
      statements.set(`${feed.name}: checksum`, checksumSql(feed, DB, RUN, [DAY, NEXT_DAY]));
      statements.set(`${feed.name}: view`, viewSql(feed, DB, tablesOf(feed).csv));
      statements.set(`${feed.name}: view of both`, unitedViewSql(feed, DB, [{ from: DAY, to: DAY }]));
    }
    const rows = accepted(new Map([...statements].map(([name, sql]) => [name, filled(sql)])));
    for (const feed of Object.keys(feeds)) {
      for (const what of Object.keys(sources)) {
        assert.equal(rows.get(`${feed}: write ${what}`)?.length, 1, `${feed}: ${what}`);
        assert.equal(rows.get(`${feed}: write in parts ${what}`)?.length, 1, `${feed}: ${what}`);
        const verified = (rows.get(`${feed}: verify ${what}`) ?? []).map((row) => row.join(" "));
        assert.deepEqual(verified.sort(), [`${DAY} 1 1 0 1`, `${NEXT_DAY} 0 0 0 0`], `${feed}: ${what}`);
      }
      assert.deepEqual(rows.get(`${feed}: count`), [["1"]]);
      assert.equal(rows.get(`${feed}: view of both`)?.length, 1);
    }
  });
});

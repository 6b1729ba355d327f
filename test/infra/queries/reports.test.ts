import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AthenaClient,
  CreatePreparedStatementCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { declareLake } from "../../../analytics/check/lake";
import { type SavedReport, savedReport, savedReports } from "../../../infra/queries/reports";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { parseReport } from "../../../sql/library/library";

const FOR_ALL_FEEDS = ["duplicates", "ingest-freshness", "ingest-volume", "partitions", "quarantine"];

const named = (name: string): SavedReport => {
  const found = savedReports(["crypto", "retail", "stocks", "posts"]).find((report) => report.name === name);
  if (!found) throw new Error(`no report ${name}`);
  return found;
};

/** The clause of each question mark, by the keywords before it at the same depth of parentheses. */
function clausesOfMarks(sql: string): string[] {
  const plain = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g, " ");
  const clauses = [""];
  const found: string[] = [];
  for (const [token] of plain.matchAll(
    /[()?]|\b(?:SELECT|FROM|WHERE|GROUP|HAVING|WINDOW|ORDER|LIMIT|OFFSET|FETCH|ON|UNION|INTERSECT|EXCEPT|VALUES|WITH)\b/gi,
  )) {
    if (token === "(") clauses.push(clauses.at(-1) ?? "");
    else if (token === ")") clauses.pop();
    else if (token === "?") found.push(clauses.at(-1) ?? "");
    else clauses[clauses.length - 1] = token.toUpperCase();
  }
  return found;
}

/** A report of one whole number, 7 by default. */
const reportOf = (parameter: string, sql: string) =>
  parseReport(
    "sql/x/s.sql",
    "x/s",
    [
      "-- name: s",
      "-- title: S",
      "-- description: D.",
      "-- feed: crypto",
      `-- param: ${parameter} int default 7 | N`,
      "-- column: a varchar | A",
      sql,
    ].join("\n"),
  );

describe("Saved reports in Athena", () => {
  let cloud: Cloud;
  let athena: AthenaClient;
  let run: (sql: string) => Promise<string | undefined>;
  const dir = mkdtempSync(join(tmpdir(), "saved-reports-"));

  before(async () => {
    cloud = await startCloud({ dir, clock: { simulateFrom: Date.parse("2026-01-10T12:34:56Z") } });
    const { endpoint, region, credentials } = cloud;
    const { database, workgroup } = await declareLake({ endpoint, region, credentials }, "test");
    athena = new AthenaClient({ endpoint, region, credentials });
    run = async (QueryString) => {
      const { QueryExecutionId } = await athena.send(
        new StartQueryExecutionCommand({
          QueryString,
          WorkGroup: workgroup,
          QueryExecutionContext: { Database: database },
        }),
      );
      for (;;) {
        const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
        const { State, StateChangeReason } = QueryExecution?.Status ?? {};
        if (State === "SUCCEEDED") return undefined;
        if (State === "FAILED" || State === "CANCELLED") return StateChangeReason;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
  });
  after(async () => {
    athena.destroy();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("judge completeness by the stack's poll interval", () => {
    const textOf = (pollSeconds?: number) =>
      savedReports(["crypto", "stocks"], pollSeconds).find(({ name }) => name === "ingest-freshness")?.text ??
      "";
    assert.match(textOf(900), /'crypto' AS feed,\s+900 AS cadence_seconds/);
    assert.match(textOf(900), /'stocks' AS feed,\s+CAST\(NULL AS bigint\) AS cadence_seconds/);
    assert.match(textOf(), /'crypto' AS feed,\s+300 AS cadence_seconds/);
  });

  it("looks for missing polls by the stack's poll interval", () => {
    const textOf = (pollSeconds?: number) =>
      savedReports(["crypto"], pollSeconds).find(({ name }) => name === "price-gaps")?.text ?? "";
    assert.match(textOf(90), /event_time\) \/ 90 AS slot/);
    assert.match(textOf(), /event_time\) \/ 300 AS slot/);
  });

  it("does not call a feed empty whose older days it cannot look at", () => {
    const { text } = named("ingest-freshness");
    assert.doesNotMatch(text, /'empty'/);
    assert.match(text, /'none in the window' AS without_events/);
  });

  it("all run without parameters", async () => {
    const all = savedReports(["crypto", "retail", "stocks", "posts"]);
    const reasons = await Promise.all(all.map(async ({ name, text }) => [name, await run(text)]));
    assert.deepEqual(
      reasons.filter(([, reason]) => reason !== undefined),
      [],
    );
  });

  it("run with other values as prepared statements", async () => {
    const { statement } = named("coin-history");
    assert.ok(statement);
    await athena.send(
      new CreatePreparedStatementCommand({
        StatementName: statement.name,
        WorkGroup: "pricelake-test",
        QueryStatement: statement.text,
      }),
    );
    const uses = /USING (.+)$/.exec(statement.description)?.[1]?.split(", ") ?? [];
    assert.equal(uses.length, statement.text.split("?").length - 1);
    const values: Readonly<Record<string, string>> = {
      since: "TIMESTAMP '2026-01-01 00:00:00'",
      "since.dt": "'2026-01-01'",
      "since.hour": "'00'",
      until: "TIMESTAMP '2026-01-02 00:00:00'",
      "until.dt": "'2026-01-02'",
      "until.hour": "'00'",
      coin: "'bitcoin'",
      limit: "10",
    };
    const using = uses.map((use) => values[use] ?? "0").join(", ");
    assert.equal(await run(`EXECUTE ${statement.name} USING ${using}`), undefined);
  });

  it("are prepared with at most 25 parameters, which all are in WHERE clauses", async () => {
    const all = savedReports(["crypto", "retail", "stocks", "posts"]);
    const marks = ({ statement }: SavedReport) => (statement?.text.match(/\?/g) ?? []).length;
    assert.ok(all.every((report) => marks(report) <= 25));
    // It uses all its parameters outside the WHERE clauses too.
    const missing = all.filter((report) => marks(report) === 0).map(({ name }) => name);
    assert.deepEqual(missing, ["price-gaps"]);
    for (const { statement } of all)
      if (statement && statement.name !== "coin_history")
        await athena.send(
          new CreatePreparedStatementCommand({
            StatementName: statement.name,
            WorkGroup: "pricelake-test",
            QueryStatement: statement.text,
          }),
        );
  });

  it("take each value once, however many feeds they unite", () => {
    const using = (feeds: readonly string[]) =>
      savedReports(feeds)
        .filter(({ name }) => FOR_ALL_FEEDS.includes(name))
        .map(({ statement }) => statement?.description.split(". USING "));
    const hours = "since.dt, until.dt, since.dt, since.hour, until.dt, until.hour";
    const expected = [
      ["Duplicates", `${hours}, limit`],
      ["Ingest freshness", "since.dt, since.dt, since.hour, since"],
      ["Ingest volume", hours],
      ["Partitions", hours],
      ["Quarantine", "since.dt, until.dt, limit"],
    ];
    assert.deepEqual(using(["stocks"]), expected);
    assert.deepEqual(using(["crypto", "retail", "stocks", "posts"]), expected);
  });

  it("have question marks in WHERE clauses only, and none in the named query", () => {
    const all = savedReports(["crypto", "retail", "stocks", "posts"]);
    assert.ok(all.length > 25, `${all.length} reports`);
    for (const { name, text, statement } of all) {
      assert.deepEqual(clausesOfMarks(text), [], name);
      assert.ok(
        clausesOfMarks(statement?.text ?? "").every((clause) => clause === "WHERE"),
        `${name}: ${clausesOfMarks(statement?.text ?? "")}`,
      );
    }
    assert.deepEqual(
      clausesOfMarks(
        "SELECT ? FROM t JOIN u ON a = ? WHERE b IN (SELECT '?', x FROM v WHERE (y) = ?) LIMIT ?",
      ),
      ["SELECT", "ON", "WHERE", "LIMIT"],
    );
  });

  it("are prepared with the default of a parameter that is used outside the WHERE clauses", () => {
    const { statement } = named("trending-hashtags");
    assert.ok(statement);
    assert.equal(statement.description, "Trending hashtags. USING language, language, least, limit");
    assert.equal(statement.text.match(/\?/g)?.length, 4);
    assert.ok(statement.text.includes("dt BETWEEN date_format(CAST(current_timestamp"), statement.text);
  });

  it("compute times when they run, so that their text is constant", () => {
    const { text, statement } = named("coin-history");
    assert.ok(
      text.includes("event_time >= (CAST(current_timestamp AS timestamp(3)) - INTERVAL '86400' SECOND)"),
      text,
    );
    assert.ok(statement?.text.includes("event_time >= ?"));
    assert.equal(statement?.name, "coin_history");
  });

  it("are prepared with more values than the console's dialog takes, and say so", () => {
    const statement = (marks: number) =>
      savedReport(
        reportOf("n", `SELECT coin_id AS a FROM crypto WHERE ${Array(marks).fill("rank = :n").join(" OR ")}`),
        ["crypto"],
      ).statement;
    assert.equal(statement(25)?.description, `S. USING ${Array(25).fill("n").join(", ")}`);
    assert.equal(
      statement(26)?.description,
      `S (more than the 25 of the console's dialog). USING ${Array(26).fill("n").join(", ")}`,
    );
    assert.equal(statement(26)?.text.match(/\?/g)?.length, 26);
  });

  it("have their defaults in place, whatever a comment or a string holds", () => {
    const sql = (limit: string) =>
      `SELECT '?', "?" /* isn't :limit "or ? */ FROM crypto -- isn't :limit\nLIMIT ${limit}`;
    const report = reportOf("limit", sql(":limit"));
    const saved = savedReport(report, ["crypto"]);
    assert.equal(saved.text, `-- x/s\n${sql("7")}`);
    assert.equal(saved.statement, undefined, "LIMIT takes no parameter");
  });

  it("are those of the deployed feeds", () => {
    const names = savedReports(["stocks"]).map(({ name }) => name);
    assert.deepEqual(names, [
      "duplicates",
      "ingest-freshness",
      "ingest-volume",
      "partitions",
      "quarantine",
      "sector-performance",
      "ticker-ohlc",
    ]);
    const { text } =
      savedReports(["stocks"]).find(({ name }) => name === "quarantine") ?? named("quarantine");
    assert.ok(text.includes("stocks_quarantine") && !text.includes("crypto_quarantine"));
  });
});

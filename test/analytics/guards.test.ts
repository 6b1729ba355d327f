import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./support/command";
import { type LakeOptions, lakeAnswers, listing } from "./support/lake";
import { type ScriptedAws, scriptedAws } from "./support/scripted-aws";

describe("Guards, statistics and the cost ledger", () => {
  let aws: ScriptedAws | undefined;
  let stateDir = "";
  const start = async (options: LakeOptions = {}): Promise<string> => {
    aws = await scriptedAws(lakeAnswers(options));
    return aws.endpoint;
  };
  const started = (): number =>
    (aws?.calls ?? []).filter(({ operation }) => operation === "StartQueryExecution").length;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), "report-"));
  });
  afterEach(async () => {
    await aws?.close();
    rmSync(stateDir, { recursive: true });
  });
  const movers = ["top-movers", "--since", "2026-03-01T12:00Z"];

  it("prints scanned bytes, cost, newest partition and missing hours", async () => {
    const { stderr } = await runCommand(movers, await start());
    assert.equal(
      stderr,
      [
        "2 rows · 0.3 s · scanned 24 MB (billed 24 MB, $0.000114 in us-east-1) · newest partition 2026-03-02 12h UTC",
        "incomplete: crypto has no rows for 2026-03-01 20h UTC",
        "",
      ].join("\n"),
    );
  });

  it("says when the feed begins, and not that earlier hours are missing", async () => {
    const { stderr } = await runCommand(["top-movers", "--since", "2026-02-20"], await start({}));
    assert.match(stderr, /\ncrypto begins 2026-03-01 12h UTC, later than this window\n/);
    assert.match(stderr, /\nincomplete: crypto has no rows for 2026-03-01 20h UTC\n/);
  });

  it("does not call the hour in which the feed begins incomplete", async () => {
    const keys = Object.fromEntries(
      ["08", "09", "10"].flatMap((hour) =>
        Array.from({ length: hour === "08" ? 6 : 12 }, (_, poll) => [
          `csv/crypto/dt=2026-03-02/hour=${hour}/shard-${poll + 10}.csv`,
          1_000,
        ]),
      ),
    );
    aws = await scriptedAws((call) =>
      call.operation === "GET /lake/" && String(call.input.prefix).startsWith("csv/crypto/")
        ? listing(keys)
        : lakeAnswers()(call),
    );
    for (const since of ["2026-03-01", "2026-03-02T08:00Z"]) {
      const args = ["top-movers", "--since", since, "--until", "2026-03-02T11:00Z"];
      assert.doesNotMatch((await runCommand(args, aws.endpoint)).stderr, /perhaps incomplete/);
    }
  });

  it("counts the rows in quarantine", async () => {
    const { stderr } = await runCommand(movers, await start({ quarantined: 3 }));
    assert.match(stderr, /\n3 rows of crypto are in quarantine in this window\n/);
  });

  it("bills at least ten megabytes, and nothing for a reused result", async () => {
    const small = await runCommand(movers, await start({ scanned: 10 }));
    assert.match(small.stderr, /scanned 10 B \(billed 10 MB, \$0\.000048 in us-east-1\)/);
    await aws?.close();
    const reused = await runCommand([...movers, "--reuse", "1h"], await start({ reused: true }));
    assert.match(reused.stderr, /result reused \(30 min old\), nothing billed/);
  });

  it("uses the highest price for a region without a known price, and says so", async () => {
    const endpoint = await start({ scanned: 1024 ** 4 });
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const { stderr } = await runCommand(movers, endpoint, {
      connection: { endpoint, region: "eu-west-3", credentials },
    });
    assert.match(
      stderr,
      /billed 1\.0 TB, \$9\.00 at the highest known price, because the price in eu-west-3 is unknown\)/,
    );
  });

  it("sends the same parameters within the age of a reused result", async () => {
    const endpoint = await start({ reused: true });
    const run = (minute: number) =>
      runCommand(["top-movers", "--reuse", "1h"], endpoint, {
        now: () => Date.parse("2026-03-02T12:00:00Z") + minute * 60_000,
      });
    await run(1);
    await run(59);
    const inputs = (aws?.calls ?? [])
      .filter(({ operation }) => operation === "StartQueryExecution")
      .map(({ input }) => input);
    assert.deepEqual(inputs[0]?.ExecutionParameters, inputs[1]?.ExecutionParameters);
    assert.deepEqual(inputs[0]?.ResultReuseConfiguration, {
      ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
    });
  });

  it("refuses a query above --max-scan before it runs", async () => {
    const endpoint = await start();
    const { code, stderr } = await runCommand([...movers, "--max-scan", "20MB"], endpoint);
    assert.equal(code, 3);
    assert.match(
      stderr,
      /^refused: the query would scan 24 MB in 24 objects of 24 partitions, about \$0\.000114 in us-east-1, more than 20 MB;/,
    );
    assert.equal(started(), 0);
    assert.equal(
      (await runCommand([...movers, "--max-scan", "20MB", "--allow-full-scan"], endpoint)).code,
      0,
    );
  });

  it("refuses a query above the workgroup's limit, unless --allow-full-scan is given", async () => {
    const limited = (bytes: number) => ({
      workgroup: { output: { WorkGroup: { Configuration: { BytesScannedCutoffPerQuery: bytes } } } },
    });
    const endpoint = await start(limited(20 * 1024 ** 2));
    const { code, stderr } = await runCommand(movers, endpoint);
    assert.equal(code, 3);
    assert.match(
      stderr,
      /24 partitions, about \$0\.000114 in us-east-1, and the workgroup cancels queries that scan more than 20 MB; shorten/,
    );
    assert.equal(started(), 0);
    assert.equal((await runCommand([...movers, "--allow-full-scan"], endpoint)).code, 0);
  });

  it("runs for users who may not read the workgroup", async () => {
    const refused = {
      error: "AccessDeniedException",
      message: "not authorized to perform athena:GetWorkGroup",
    };
    assert.equal((await runCommand(movers, await start({ workgroup: refused }))).code, 0);
  });

  it("shows the bound query and runs nothing with --dry-run", async () => {
    const { code, stdout, stderr } = await runCommand(
      [...movers, "--dry-run", "--direction", "up"],
      await start(),
    );
    assert.equal(code, 0);
    assert.match(stdout, /WHERE dt BETWEEN '2026-03-01' AND '2026-03-02'/);
    assert.match(stdout, /WHERE 'up' = 'any'/);
    assert.equal(stderr, "would scan 24 MB in 24 objects of 24 partitions, about $0.000114 in us-east-1\n");
    assert.equal(started(), 0);
  });

  it("refuses an ad-hoc query without a predicate on the partitions", async () => {
    const endpoint = await start();
    const { code, stderr } = await runCommand(["sql", "SELECT count(*) FROM crypto_csv"], endpoint);
    assert.equal(code, 3);
    assert.match(stderr, /^refused: no predicate bounds the partitions of crypto_csv \(24 MB in 24 objects/);
    const queries = (aws?.calls ?? []).flatMap(({ input }) => input.QueryString ?? []);
    assert.deepEqual(queries, ["EXPLAIN (TYPE VALIDATE) SELECT count(*) FROM crypto_csv"]);
  });

  it("estimates the table behind a view", async () => {
    const endpoint = await start();
    assert.equal((await runCommand(["sql", "SELECT * FROM crypto"], endpoint)).code, 3);
    assert.equal(
      (await runCommand(["sql", "SELECT * FROM crypto WHERE dt >= '2026-03-02'"], endpoint)).code,
      0,
    );
  });

  it("estimates only the partitions that an ad-hoc query selects", async () => {
    const endpoint = await start();
    const dry = (where: string) =>
      runCommand(["sql", "--dry-run", `SELECT * FROM crypto_csv WHERE ${where}`], endpoint);
    assert.match(
      (await dry("dt = '2026-03-02' AND hour BETWEEN '03' AND '05'")).stderr,
      /3\.0 MB in 3 objects/,
    );
    assert.match(
      (await dry("dt IN ('2026-03-01', '2026-03-01') AND price_usd <> ''")).stderr,
      /11 MB in 11 objects/,
    );
    assert.match((await dry("'2026-03-02' <= dt")).stderr, /13 MB in 13 objects/);
    assert.equal((await dry("substr(dt, 1, 7) = '2026-03'")).code, 3);
    assert.equal((await dry("substr(crypto_csv.dt, 1, 7) = '2026-03'")).code, 3);
    assert.equal((await dry("dt >= '2026-03-02' OR price_usd = ''")).code, 3);
  });

  it("applies a predicate on a WITH query to the tables of its union", async () => {
    const endpoint = await start();
    const dry = (query: string, where = "dt = '2026-03-02'") =>
      runCommand(["sql", "--dry-run", `WITH w AS (${query}) SELECT * FROM w WHERE ${where}`], endpoint);
    const grouped = "SELECT dt, count(*) AS n FROM crypto_csv GROUP BY dt";
    assert.match((await dry(grouped)).stderr, /^would scan 13 MB in 13 objects/);
    assert.match((await dry(`${grouped} UNION ALL ${grouped}`)).stderr, /^would scan 26 MB in 26 objects/);
    assert.match((await dry("SELECT DISTINCT dt, hour FROM crypto_csv")).stderr, /^would scan 13 MB/);
    const refused = [
      "SELECT max(dt) AS dt FROM crypto_csv",
      "SELECT dt FROM crypto_csv LIMIT 10",
      "SELECT dt, row_number() OVER (ORDER BY hour) AS n FROM crypto_csv",
      "SELECT dt, hour FROM crypto_csv UNION ALL SELECT hour, dt FROM crypto_csv",
      "SELECT hour AS dt FROM crypto_csv",
      "SELECT w.dt FROM (SELECT dt FROM crypto_csv LIMIT 10) w",
      "SELECT dt FROM crypto_csv AS c(dt, hour)",
    ];
    for (const query of refused) assert.equal((await dry(query)).code, 3, query);
    assert.equal((await dry(grouped, "n = 1")).code, 3);
    assert.equal((await dry("SELECT dt FROM crypto_csv", "dt = '2026-03-02' OR dt = 'x'")).code, 3);
  });

  it("applies no predicate on columns that an alias has renamed", async () => {
    const endpoint = await start();
    for (const query of [
      "SELECT * FROM crypto_csv AS v(dt, x) WHERE dt = '2026-03-02'",
      "WITH w AS (SELECT dt, hour FROM crypto_csv) SELECT * FROM w AS v(x, dt) WHERE dt = '2026-03-02'",
    ])
      assert.equal((await runCommand(["sql", "--dry-run", query], endpoint)).code, 3, query);
  });

  it("applies a predicate to the alias that it names when a table is read twice", async () => {
    const endpoint = await start();
    const dry = (where: string) =>
      runCommand(
        [
          "sql",
          "--dry-run",
          `SELECT 1 FROM crypto_csv a JOIN crypto_csv AS b ON a.coin_id = b.coin_id WHERE ${where}`,
        ],
        endpoint,
      );
    assert.match((await dry("a.dt = '2026-03-01' AND b.dt = '2026-03-02'")).stderr, /24 MB in 24 objects/);
    assert.match((await dry("a.dt = '2026-03-02' AND b.dt = '2026-03-02'")).stderr, /26 MB in 26 objects/);
    assert.match(
      (await dry("a.dt = '2026-03-01'")).stderr,
      /^would scan 35 MB in 35 objects.*\nwould be refused: no predicate bounds the partitions of crypto_csv/,
    );
  });

  it("reads an ad-hoc query from standard input", async () => {
    const endpoint = await start();
    const stdin = async () => "SELECT 1;\n";
    assert.equal((await runCommand(["sql", "-"], endpoint, { stdin })).code, 0);
    assert.equal(
      aws?.calls.find(({ operation }) => operation === "StartQueryExecution")?.input.QueryString,
      "SELECT 1",
    );
  });

  it("refuses queries that write, and reports the position of a syntax error", async () => {
    const drop = await runCommand(["sql", "DROP TABLE crypto_csv"], await start());
    assert.deepEqual(
      [drop.code, drop.stderr],
      [3, "refused: sql only reads (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN), not DROP\n"],
    );
    const wrong = await runCommand(["sql", "SELECT 1,\n  FROM x"], aws?.endpoint ?? "");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^line 2:3: /);
  });

  it("records the cost of queries in the ledger", async () => {
    const endpoint = await start();
    await runCommand(movers, endpoint, { stateDir });
    await runCommand([...movers, "--env", "dev"], endpoint, { stateDir });
    await runCommand(["sql", "SELECT 1"], endpoint, { stateDir });
    const { stdout, stderr } = await runCommand(["history", "--format", "json"], endpoint, { stateDir });
    assert.deepEqual(
      JSON.parse(stdout).map((row: Record<string, unknown>) => [row.report, row.queries, row.scanned_bytes]),
      [
        ["crypto/top-movers", 1, 25_165_824],
        ["sql", 1, 25_165_824],
      ],
    );
    assert.equal(stderr, "2026-03, local: 2 queries, $0.000229, no budget set\n");
    const other = await runCommand(["history", "--month", "2026-02"], endpoint, { stateDir });
    assert.match(other.stderr, /^2026-02, local: 0 queries/);
    const file = join(stateDir, "ledger", "dev.ndjson");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const [line] = readFileSync(file, "utf8").split("\n");
    assert.equal(JSON.parse(line ?? "").state, "SUCCEEDED");
  });

  it("warns from 80 % of the month's budget and refuses a query beyond it", async () => {
    const endpoint = await start();
    await runCommand(["history", "--budget", "0.00025"], endpoint, { stateDir });
    assert.doesNotMatch((await runCommand(movers, endpoint, { stateDir })).stderr, /budget/);
    assert.match(
      (await runCommand(movers, endpoint, { stateDir })).stderr,
      /^budget: \$0\.000114 of this month's \$0\.000250 are spent\n/,
    );
    const refused = await runCommand(movers, endpoint, { stateDir });
    assert.equal(refused.code, 3);
    assert.match(
      refused.stderr,
      /^refused: \$0\.000229 of this month's \$0\.000250 are spent and this query adds about \$0\.000114/,
    );
    assert.equal((await runCommand([...movers, "--allow-over-budget"], endpoint, { stateDir })).code, 0);
  });

  it("chooses the format by a file's suffix, and leaves no incomplete file", async () => {
    const endpoint = await start();
    const file = join(stateDir, "out", "movers.json");
    assert.equal((await runCommand([...movers, "--out", file], endpoint)).stdout, "");
    assert.equal(JSON.parse(readFileSync(file, "utf8")).length, 2);
    assert.equal((await runCommand([...movers, "--out", "x.xls"], endpoint)).code, 2);
    await aws?.close();
    const broken = join(stateDir, "out", "broken.csv");
    assert.equal((await runCommand([...movers, "--out", broken], await start({ state: "FAILED" }))).code, 1);
    assert.throws(() => readFileSync(broken), /ENOENT/);
  });

  it("runs several reports into a folder", async () => {
    const { code, stderr } = await runCommand(
      [
        "top-movers",
        "latest-prices",
        "--since",
        "2026-03-01T12:00Z",
        "--out-dir",
        stateDir,
        "--format",
        "md",
        "--quiet",
      ],
      await start(),
    );
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^crypto\/top-movers → .*top-movers\.md\ncrypto\/latest-prices → .*latest-prices\.md\n$/,
    );
    assert.match(readFileSync(join(stateDir, "latest-prices.md"), "utf8"), /^## Latest prices/);
  });

  it("translates a position in Athena's message into one in the report's file", async () => {
    const reason = "COLUMN_NOT_FOUND: line 14:9: Column 'x' cannot be resolved";
    const { code, stderr } = await runCommand(movers, await start({ state: "FAILED", reason }));
    assert.equal(code, 1);
    assert.equal(stderr, `the query failed: ${reason}; sql/crypto/top-movers.sql:32 (query q1)\n`);
  });
});

import { strict as assert } from "node:assert";
import { runCommand } from "./support/command";
import { type LakeOptions, lakeAnswers } from "./support/lake";
import { type ScriptedAws, scriptedAws } from "./support/scripted-aws";

const column = (Name: string) => ({ Name, Type: "string" });
const tables = [
  {
    Name: "crypto",
    TableType: "VIRTUAL_VIEW",
    StorageDescriptor: { Columns: ["coin_id", "price_usd", "event_time", "dt", "hour"].map(column) },
  },
  { Name: "crypto_csv", StorageDescriptor: { Columns: [column("coin_id")] }, PartitionKeys: [column("dt")] },
  { Name: "retail", StorageDescriptor: { Columns: [column("coin_ids")] } },
];

describe("suggestions for misspelt names", () => {
  let aws: ScriptedAws | undefined;
  afterEach(() => aws?.close());
  /** The messages of a run on a lake with these tables. */
  const run = async (args: readonly string[], options: LakeOptions = {}): Promise<string> => {
    await aws?.close();
    aws = await scriptedAws((call) =>
      call.operation === "GetTables" ? { output: { TableList: tables } } : lakeAnswers(options)(call),
    );
    return (await runCommand(args, aws.endpoint)).stderr;
  };
  const failed = (reason: string): LakeOptions => ({ state: "FAILED", reason });
  const query = "SELECT coin_idd FROM crypto WHERE dt = '2026-03-01'";

  for (const [name, message] of [
    ["top-mover", 'there is no report "top-mover"; did you mean top-movers?'],
    ["ohcl", 'there is no report "ohcl"; did you mean ohlc?'],
    ["crypto/olhc", 'there is no report "crypto/olhc"; did you mean crypto/ohlc?'],
    ["lst", 'there is no report "lst"; did you mean list?'],
    ["movers", 'there is no report "movers"; similar: crypto/top-movers; "list" shows all'],
    ["cohorts", 'there is no report "cohorts"; similar: retail/cohort-retention; "list" shows all'],
    ["zzzzzz", 'there is no report "zzzzzz"; "list" shows all'],
  ] as const)
    it(`answers the report ${name}`, async () => {
      assert.equal(await run([name]), `${message}\n`);
    });

  it("names a report's parameter", async () => {
    assert.equal(await run(["ohlc", "--coin", "x"]), "there is no option --coin; did you mean --coins?\n");
  });

  it("names a column of the query's tables when Athena does not find one", async () => {
    const reason = "COLUMN_NOT_FOUND: line 1:8: Column 'coin_idd' cannot be resolved";
    assert.equal(
      await run(["sql", query], failed(reason)),
      `the query failed: ${reason}; did you mean coin_id? (query q1)\n`,
    );
  });

  it("names a function when Athena does not know one", async () => {
    const unknown = (name: string) =>
      failed(`FUNCTION_NOT_FOUND: line 1:8: Function '${name}' not registered`);
    for (const [name, meant] of [
      ["lenght", "length"],
      ["date_truncate", "date_trunc"],
      ["aprox_percentile", "approx_percentile"],
      ["coalese", "coalesce"],
    ] as const)
      assert.match(
        await run(["sql", query], unknown(name)),
        new RegExp(`registered; did you mean ${meant}\\? \\(`),
      );
    assert.match(
      await run(["sql", query], unknown("haversine")),
      /'haversine' not registered \(query q1\)\n$/,
    );
  });

  it("finds a column with a qualifier, and lists the columns when none is close", async () => {
    assert.match(
      await run(
        ["sql", query],
        failed("COLUMN_NOT_FOUND: line 1:8: Column 'c.prize_usd' cannot be resolved"),
      ),
      /cannot be resolved; did you mean price_usd\? \(/,
    );
    assert.match(
      await run(["sql", query], failed("COLUMN_NOT_FOUND: line 1:8: Column 'market' cannot be resolved")),
      /resolved; columns of crypto: coin_id, price_usd, event_time, dt, hour \(/,
    );
  });

  it("names a table when the catalogue or Athena does not have one", async () => {
    assert.equal(
      await run(["sql", "SELECT * FROM cripto WHERE dt = '2026-03-01'"]),
      "there is no table pricelake_local.cripto; did you mean crypto?\n",
    );
    assert.match(
      await run(
        ["sql", "DESCRIBE cripto_csv"],
        failed("TABLE_NOT_FOUND: Table 'awsdatacatalog.pricelake_local.cripto_csv' does not exist"),
      ),
      /does not exist; did you mean crypto_csv\? \(/,
    );
    assert.match(
      await run(["sql", "SELECT * FROM orders WHERE dt = '2026-03-01'"]),
      /^there is no table pricelake_local.orders; tables: crypto, crypto_csv, retail$/m,
    );
  });

  it("tells of a wrong column rather than of the cost, at its place in the query", async () => {
    const reason = (at: string) => `COLUMN_NOT_FOUND: line ${at}: Column 'coin_idd' cannot be resolved`;
    for (const [query, athenas, shown] of [
      ["SELECT coin_idd FROM crypto_csv", "1:32", "1:8"],
      ["SELECT 1 FROM crypto_csv\nWHERE coin_idd = 'x'", "2:7", "2:7"],
    ] as const)
      for (const args of [
        ["sql", query],
        ["sql", query, "--dry-run"],
      ])
        assert.match(
          await run(args, failed(reason(athenas))),
          new RegExp(
            `^(would scan .*\n)?the query failed: ${reason(shown)}; did you mean coin_id\\? \\(query q1\\)\n$`,
          ),
        );
    assert.ok(
      aws?.calls.some(
        ({ input }) =>
          input.QueryString === `EXPLAIN (TYPE VALIDATE) SELECT 1 FROM crypto_csv\nWHERE coin_idd = 'x'`,
      ),
    );
  });

  it("names the statement that a misspelt first word means", async () => {
    assert.equal(
      await run(["sql", "SELCT 1"]),
      "refused: sql only reads (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN), not SELCT; did you mean SELECT?\n",
    );
  });
});

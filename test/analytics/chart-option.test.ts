import { strict as assert } from "node:assert";
import { type Outcome, runCommand } from "./support/command";
import { lakeAnswers } from "./support/lake";
import { type ScriptedAws, scriptedAws } from "./support/scripted-aws";

const query = "SELECT coin_id, change_pct FROM crypto WHERE dt = '2026-03-01'";

describe("--chart", () => {
  let aws: ScriptedAws | undefined;
  /** Whether results have a text column only. */
  let texts = false;
  afterEach(async () => {
    texts = false;
    await aws?.close();
  });
  const run = async (...args: readonly string[]): Promise<Outcome> => {
    await aws?.close();
    aws = await scriptedAws((call) =>
      texts && call.operation === "GetQueryResults"
        ? {
            output: {
              ResultSet: { ResultSetMetadata: { ColumnInfo: [{ Name: "coin_id", Type: "varchar" }] } },
            },
          }
        : lakeAnswers()(call),
    );
    return runCommand(args, aws.endpoint);
  };

  it("draws the result of a query that suits a chart", async () => {
    const table = await run("sql", query, "--chart", "--format", "table");
    assert.match(table.stdout, /^bitcoin {2}█+ 1\n/);
    const page = await run("sql", query, "--chart", "--format", "html");
    assert.match(page.stdout, /<svg [^>]*class="chart"/);
    assert.match((await run("sql", query, "--format", "svg")).stdout, /<rect class="bar"/);
    assert.doesNotMatch((await run("sql", query, "--format", "html")).stdout, /<svg/);
  });

  it("says why a query or a report has no chart", async () => {
    texts = true;
    const picture = await run("sql", query, "--format", "svg");
    assert.equal(picture.code, 1);
    assert.match(picture.stderr, /^no chart: the columns suit none; a time and a number draw lines, /);
    const table = await run("sql", query, "--chart", "--format", "table");
    assert.equal(table.code, 0);
    assert.match(table.stderr, /^no chart: the columns suit none; /);
    assert.match(table.stdout, /^coin_id\n/);
    const report = await run("price-gaps", "--chart", "--format", "table");
    assert.match(report.stderr, /^no chart: the report "Price gaps" has none\n/);
  });

  it("says that a format shows no chart", async () => {
    for (const args of [["sql", query], ["top-movers"]]) {
      const { code, stderr } = await run(...args, "--chart");
      assert.equal(code, 0);
      assert.match(stderr, /^no chart: csv shows none; choose --format table, html, svg\n/);
    }
  });
});

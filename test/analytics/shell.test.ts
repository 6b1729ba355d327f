import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { complete } from "../../analytics/commands/shell-catalogue";
import { Statements } from "../../analytics/commands/shell-statements";
import { type Outcome, runCommand } from "./support/command";
import { lakeAnswers } from "./support/lake";
import { type ScriptedAws, scriptedAws } from "./support/scripted-aws";

const tables = [
  {
    Name: "crypto",
    TableType: "VIRTUAL_VIEW",
    Description: "Prices",
    StorageDescriptor: { Columns: [{ Name: "coin_id", Type: "string", Comment: "The coin" }] },
  },
  { Name: "crypto_csv", PartitionKeys: [{ Name: "dt", Type: "string" }] },
];

describe("report shell", () => {
  let aws: ScriptedAws | undefined;
  afterEach(() => aws?.close());
  const start = async (): Promise<ScriptedAws> => {
    await aws?.close();
    aws = await scriptedAws((call) =>
      call.operation === "GetTables" ? { output: { TableList: tables } } : lakeAnswers()(call),
    );
    return aws;
  };
  /** Runs a shell that reads these lines from a pipe. */
  const piped = async (...lines: readonly string[]): Promise<Outcome> => {
    const { endpoint } = await start();
    const input = new PassThrough();
    input.end(lines.map((line) => `${line}\n`).join(""));
    const console = { input, output: new PassThrough(), isTerminal: false };
    return runCommand(["shell"], endpoint, { console });
  };
  const query = "SELECT coin_id FROM crypto WHERE dt = '2026-03-01'";

  it("runs statements over several lines, and the last one without a semicolon", async () => {
    const { code, stdout, stderr } = await piped(
      "SELECT coin_id FROM crypto",
      "WHERE dt = '2026-03-01';",
      query,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout.match(/^place,coin_id,change_pct$/gm)?.length, 2);
    assert.equal(stderr.match(/^2 rows · /gm)?.length, 2);
    const queries = aws?.calls.filter(({ operation }) => operation === "StartQueryExecution");
    assert.equal(queries?.[0]?.input.QueryString, "SELECT coin_id FROM crypto\nWHERE dt = '2026-03-01'");
  });

  it("refuses what sql refuses, goes on, and exits with the first error's code", async () => {
    const { code, stdout, stderr } = await piped("DROP TABLE crypto;", "SELECT * FROM crypto;", `${query};`);
    assert.equal(code, 3);
    assert.match(stderr, /^refused: sql only reads/);
    assert.match(stderr, /\nrefused: no predicate bounds the partitions of crypto_csv/);
    assert.match(stdout, /^place,coin_id/);
  });

  it("lists tables and columns, and suggests a table for a misspelt one", async () => {
    const { stdout, stderr } = await piped("\\d", "\\d crypto_csv", "\\d cryptoo");
    assert.match(stdout, /^crypto +view +Prices$/m);
    assert.match(stdout, /^dt +string +yes$/m);
    assert.match(stderr, /^there is no table cryptoo; did you mean crypto\?$/m);
  });

  it("runs a report, shows a line per column, and times statements", async () => {
    const { code, stdout, stderr } = await piped(
      "\\x",
      "\\timing",
      "\\r top-movers --since 24h",
      "\\q",
      "not read",
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^── row 1\nplace +1\ncoin_id +bitcoin\nchange_pct \(%\) +12.35$/m);
    assert.match(stderr, /^time: \d/m);
    assert.match((await piped("\\nothing")).stderr, /there is no command \\nothing; \\\? lists them/);
  });

  it("completes names and keeps a history on a terminal", async () => {
    const { endpoint } = await start();
    const stateDir = mkdtempSync(join(tmpdir(), "shell-"));
    try {
      const [input, output] = [new PassThrough(), new PassThrough()];
      const done = runCommand(["shell", "--dir", stateDir], endpoint, {
        console: { input, output, isTerminal: true },
      });
      input.write("\\d crypto_\t");
      await sleep(300);
      input.write("\r");
      await sleep(300);
      input.write("\\q\r");
      const { stdout } = await done;
      assert.match(stdout, /^dt +string +yes$/m);
      assert.equal(readFileSync(join(stateDir, "shell-history"), "utf8"), "\\d crypto_csv\n\\q\n");
    } finally {
      rmSync(stateDir, { recursive: true });
    }
  });

  it("completes tables, columns and reports", () => {
    assert.deepEqual(complete("SELECT coi", tables), [["coin_id"], "coi"]);
    assert.deepEqual(complete("select * from cr", tables), [["crypto", "crypto_csv"], "cr"]);
    assert.deepEqual(complete("\\r top-m", tables)[0], ["top-movers"]);
    assert.deepEqual(complete("\\ti", tables), [["\\timing"], "\\ti"]);
  });

  it("ends a statement at a semicolon outside quotes and comments", () => {
    const statements = new Statements();
    assert.equal(statements.add("SELECT ';"), undefined);
    assert.equal(statements.add("' -- no end;"), undefined);
    assert.equal(statements.add(";"), "SELECT ';\n' -- no end;");
    assert.ok(statements.isEmpty);
  });
});

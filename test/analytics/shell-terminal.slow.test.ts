import { strict as assert } from "node:assert";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lakeAnswers } from "./support/lake";
import { type ScriptedAws, scriptedAws } from "./support/scripted-aws";

const root = join(__dirname, "..", "..");
const query = "SELECT coin_id FROM crypto WHERE dt = '2026-03-01';\r";
const CTRL_C = "\u0003";

/** 200 rows, more than the 20 lines of the terminal. */
const longResult = {
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: [{ Name: "coin_id", Type: "varchar" }] },
    Rows: ["coin_id", ...Array.from({ length: 200 }, (_, at) => `coin${at}`)].map((name) => ({
      Data: [{ VarCharValue: name }],
    })),
  },
};

describe("report shell on a pseudo terminal", function () {
  this.timeout(300_000);
  let aws: ScriptedAws | undefined;
  let folder = "";
  let child: ChildProcess | undefined;
  let screen = "";
  let answers: "short" | "long" | "running" = "short";

  before(function () {
    if (spawnSync("python3", ["-c", "import pty"]).status !== 0) this.skip();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "terminal-"));
    answers = "short";
    screen = "";
    aws = await scriptedAws((call) => {
      if (call.operation === "GetTables") return { output: { TableList: [] } };
      if (call.operation === "StopQueryExecution") return { output: {} };
      if (call.operation === "GetQueryResults" && answers === "long") return { output: longResult };
      return lakeAnswers(answers === "running" ? { state: "RUNNING" } : {})(call);
    });
  });
  afterEach(async () => {
    child?.kill();
    await aws?.close();
    rmSync(folder, { recursive: true });
  });

  const open = (env: NodeJS.ProcessEnv = {}): void => {
    const command = [process.execPath, join(root, "analytics/launch/report.cjs"), "shell", "--dir", folder];
    child = spawn("python3", [join(__dirname, "support/pseudo-terminal.py"), ...command], {
      cwd: root,
      env: {
        ...process.env,
        TERM: "xterm",
        AWS_ENDPOINT_URL: aws?.endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        ...env,
      },
    });
    child.stdout?.on("data", (data: Buffer) => {
      screen += data.toString();
    });
  };
  const type = (keys: string): void => void child?.stdin?.write(keys);
  /** Waits until the screen shows the pattern after what was seen before. */
  const see = async (pattern: RegExp): Promise<void> => {
    for (const end = Date.now() + 100_000; !pattern.test(screen); await sleep(20))
      if (Date.now() > end) assert.fail(`${pattern} is not on the screen: ${JSON.stringify(screen)}`);
    screen = screen.slice(screen.search(pattern)).replace(pattern, "");
  };
  const exitCode = async (): Promise<unknown> => (await once(child ?? assert.fail(), "close"))[0];

  it("prints a short result, then its statistics", async () => {
    open();
    await see(/local> /);
    type(query);
    await see(/bitcoin[\s\S]*2 rows · /);
    type("\\q\r");
    assert.equal(await exitCode(), 0);
  });

  it("forgets the typed line on Ctrl-C, and ends on the second one in a row", async () => {
    open();
    await see(/local> /);
    type("SELECT nonsense");
    await see(/nonsense/);
    type(CTRL_C);
    await see(/local> /);
    type(query);
    await see(/2 rows · /);
    type(CTRL_C);
    await see(/Ctrl-C again leaves the shell/);
    type(CTRL_C);
    assert.equal(await exitCode(), 130);
    assert.equal(
      readFileSync(join(folder, "shell-history"), "utf8"),
      "SELECT coin_id FROM crypto WHERE dt = '2026-03-01';\n",
    );
  });

  it("cancels the statement that runs, and goes on", async () => {
    answers = "running";
    open();
    await see(/local> /);
    type(query);
    await see(/running · /);
    type(CTRL_C);
    await see(/stopped; query q1 was cancelled on the server/);
    assert.ok(aws?.calls.some(({ operation }) => operation === "StopQueryExecution"));
    answers = "short";
    await see(/local> /);
    type(query);
    await see(/2 rows · /);
    type("\u0004");
    assert.equal(await exitCode(), 0);
  });

  it("shows a long result in the pager, which has the keyboard and Ctrl-C alone, then its statistics", async () => {
    const pager = join(folder, "pager");
    writeFileSync(
      pager,
      `#!/bin/sh\ntrap 'echo INTERRUPTED' INT\necho PAGER\nwc -l\nread a </dev/tty || read a </dev/tty\necho "GOT $a"\n`,
    );
    chmodSync(pager, 0o755);
    answers = "long";
    open({ PAGER: pager });
    await see(/local> /);
    type(query);
    await see(/PAGER\s+202/);
    type(CTRL_C);
    await see(/INTERRUPTED/);
    type("the whole answer\r");
    await see(/GOT the whole answer/);
    await see(/200 rows · /);
    await see(/local> /);
    type("\\q\r");
    assert.equal(await exitCode(), 0);
  });

  it("goes on when the pager is left early, and prints without one", async () => {
    answers = "long";
    open({ PAGER: "true" });
    await see(/local> /);
    type(query);
    await see(/200 rows · |local> /);
    type("\\q\r");
    assert.equal(await exitCode(), 0);
    screen = "";
    open({ PAGER: "/no/such/pager" });
    await see(/local> /);
    type(query);
    await see(/coin199[\s\S]*200 rows · /);
    type("\\q\r");
    assert.equal(await exitCode(), 0);
  });
});

import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Engine, Interrupted } from "../../engine/engine";

/** DuckDB checks for an interrupt only between calls, and this one takes hours. */
const UNINTERRUPTIBLE = "SELECT levenshtein(repeat('a', 5000000), repeat('b', 5000000))";

describe("The query engine", () => {
  const dir = mkdtempSync(join(tmpdir(), "engine-"));
  after(() => rmSync(dir, { recursive: true, force: true }));

  it("stops while JavaScript functions run, without crashing the process", async () => {
    for (let round = 0; round < 3; round++) {
      const engine = new Engine(dir);
      const running = engine.rows(
        "SELECT max(trino_double_text(CAST(x AS DOUBLE))) FROM range(30000000) t(x)",
      );
      const answer = assert.rejects(running, Interrupted);
      await engine.rows("SELECT 1");
      await new Promise((resolve) => setTimeout(resolve, 20));
      await engine.stop();
      await answer;
    }
  });

  it("keeps no second copy of the files that it reads", async () => {
    const engine = new Engine(dir);
    const file = join(dir, "rows.parquet");
    await engine.execute(`COPY (SELECT range AS x FROM range(1000000)) TO '${file}'`);
    assert.deepEqual(await engine.rows(`SELECT CAST(sum(x) AS VARCHAR) FROM read_parquet('${file}')`), [
      ["499999500000"],
    ]);
    const cached = await engine.rows(
      "SELECT CAST(memory_usage_bytes AS VARCHAR) FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'",
    );
    assert.deepEqual(cached, [["0"]]);
    await engine.stop();
  });

  it("ends a stopped query whose function does not return, and runs the others again", async () => {
    const engine = new Engine(dir);
    await engine.rows("SELECT 1");
    const stop = new AbortController();
    const endless = assert.rejects(engine.rows(UNINTERRUPTIBLE, stop.signal), Interrupted);
    const other = engine.rows("SELECT count(*) FROM range(300000000) AS t(x) WHERE x % 7 = 3");
    await pause(100);
    stop.abort();
    const begun = performance.now();
    await endless;
    assert.ok(performance.now() - begun < 20_000);
    assert.deepEqual(await other, [["42857143"]]);
    await engine.stop();
  });

  it("fails a query that takes more memory than its process may, and runs the others again", async () => {
    const engine = new Engine(dir, { memory: 200, resident: 450 });
    await engine.rows("SELECT 1");
    const other = engine.rows("SELECT count(*) FROM range(100000000) AS t(x) WHERE x % 7 = 3");
    await assert.rejects(engine.rows("SELECT length(repeat('a', 1000000000))"), {
      message: "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exhausted resources at this scale factor",
    });
    assert.deepEqual(await other, [["14285714"]]);
    await engine.stop();
  });

  it("ends with the process that uses it, also when that is killed", async () => {
    const program = `
      const { Engine } = require(${JSON.stringify(join(__dirname, "../../engine/engine.ts"))});
      const engine = new Engine(${JSON.stringify(dir)});
      engine.rows("SELECT 1").then(() => {
        engine.rows(${JSON.stringify(UNINTERRUPTIBLE)});
        console.log("running");
      });`;
    const user = spawn(process.execPath, ["--require", "tsx/cjs", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(user.stdout, "data");
    await pause(200);
    const children = () =>
      execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes(JSON.stringify(join(dir, "spill"))));
    assert.equal(children().length, 1);
    user.kill("SIGKILL");
    for (let waited = 0; children().length > 0 && waited < 60_000; waited += 50) await pause(50);
    assert.deepEqual(children(), []);
  });

  it("restarts after stop", async () => {
    const engine = new Engine(dir);
    assert.deepEqual(await engine.rows("SELECT 1"), [["1"]]);
    await engine.stop();
    await engine.stop();
    assert.deepEqual(await engine.rows("SELECT 2"), [["2"]]);
    await engine.stop();
  });
});

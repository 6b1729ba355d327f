import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { Engine } from "../../engine/engine";
import { Threads, threadsFor } from "../../engine/threads";

describe("DuckDB's threads", () => {
  it("are with those of the statements as many as the processors", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((statements) => threadsFor(2, statements)),
      [2, 2, 1, 1, 1],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((statements) => threadsFor(4, statements)),
      [4, 4, 3, 2, 1, 1],
    );
    assert.equal(threadsFor(1, 1), 1);
  });

  it("become fewer with a second statement, and more again a second after it", async () => {
    const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
    const threads = new Threads(2, () => instance.connect());
    const connection = await instance.connect();
    const set = async () =>
      Number((await connection.runAndReadAll("SELECT current_setting('threads')")).getRows()[0]?.[0]);
    threads.begin();
    await sleep(100);
    assert.equal(await set(), 2);
    threads.begin();
    await sleep(100);
    assert.equal(await set(), 1);
    threads.end();
    threads.end();
    threads.begin();
    await sleep(100);
    assert.equal(await set(), 1);
    threads.end();
    await sleep(1200);
    assert.equal(await set(), 2);
    connection.closeSync();
    instance.closeSync();
  });

  it("do not let a statement wait for the end of another's work", async () => {
    const path = mkdtempSync(join(tmpdir(), "threads-"));
    const engine = new Engine(path);
    const columns = [{ name: "x", type: { kind: "bigint" } }] as const;
    const ended: string[] = [];
    const run = async (name: string, sql: string) => {
      await engine.query(sql, columns, join(path, `${name}.csv`));
      ended.push(name);
    };
    try {
      await engine.rows("SELECT 1");
      const long = run(
        "long",
        "SELECT count(hash(a.range + b.range)) AS x FROM range(3000) a, range(80000) b",
      );
      await sleep(200);
      await run("short", "SELECT CAST(1 AS BIGINT) AS x");
      await long;
      assert.deepEqual(ended, ["short", "long"]);
    } finally {
      await engine.stop();
      rmSync(path, { recursive: true, force: true });
    }
  });
});

import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
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
    await threads.begin();
    assert.equal(await set(), 2);
    await threads.begin();
    assert.equal(await set(), 1);
    threads.end();
    threads.end();
    await threads.begin();
    assert.equal(await set(), 1);
    threads.end();
    await sleep(1200);
    assert.equal(await set(), 2);
    connection.closeSync();
    instance.closeSync();
  });
});

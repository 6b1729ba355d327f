import { strict as assert } from "node:assert";
import { setTimeout as pause } from "node:timers/promises";
import { Engine, Interrupted } from "../../../../trino-duckdb";
import { temporaryDirectory } from "../../temporary";

const ENDLESS =
  "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c WHERE a.range * b.range % 7 = c.range";

describe("A query of the query engine", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("ends when it is stopped right after its start", async () => {
    const engine = new Engine(dir.path);
    await engine.rows("SELECT 1");
    for (let i = 0; i < 40; i++) {
      const stop = new AbortController();
      const asked = engine.rows(ENDLESS, stop.signal);
      if (i % 2 === 1) await pause(i / 8);
      stop.abort();
      await assert.rejects(asked, Interrupted);
    }
    await engine.stop();
  });
});

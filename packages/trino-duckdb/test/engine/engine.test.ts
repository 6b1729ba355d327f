import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, Interrupted } from "../../engine/engine";

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

  it("restarts after stop", async () => {
    const engine = new Engine(dir);
    assert.deepEqual(await engine.rows("SELECT 1"), [["1"]]);
    await engine.stop();
    await engine.stop();
    assert.deepEqual(await engine.rows("SELECT 2"), [["2"]]);
    await engine.stop();
  });
});

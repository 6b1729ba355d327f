import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

describe("A cloud's heap", () => {
  it("grows by a flag that this version of Node knows", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--require", "tsx/cjs", "-e", 'require("./heap").growHeapSlowly()'],
      { cwd: join(__dirname, ".."), encoding: "utf8" },
    );
    // V8 writes "Error: unrecognized flag" and goes on.
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });
});

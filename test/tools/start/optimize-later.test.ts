import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

describe("Later optimization", () => {
  it("sets a flag that this version of Node knows", () => {
    const script = 'require("./tools/start/optimize-later").optimizeLater()';
    const { status, stderr } = spawnSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    // V8 writes "Error: unrecognized flag" and goes on.
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });
});

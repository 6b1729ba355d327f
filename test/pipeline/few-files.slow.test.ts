import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

describe("npm start with few open files allowed", function () {
  this.timeout(300_000);

  it("ends with one line that says what to do", () => {
    const dir = mkdtempSync(join(tmpdir(), "few-files-"));
    const start = "node --require tsx/cjs tools/main.ts start --once --hours 1 --port 0 --dir";
    const { status, stderr } = spawnSync("bash", ["-c", `ulimit -n 128; exec ${start} ${dir}`], {
      cwd: resolve(__dirname, "../.."),
      encoding: "utf8",
      timeout: 250_000,
    });
    assert.equal(status, 1, stderr);
    assert.equal(stderr, "pricelake: 128 open files are too few: raise the limit (ulimit -n 512 or more)\n");
    rmSync(dir, { recursive: true, force: true });
  });
});

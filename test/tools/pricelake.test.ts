import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { withoutProgress } from "../support/progress";

const root = join(__dirname, "../..");
const pricelake = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "tools/pricelake.cjs"), ...args], { cwd: root, encoding: "utf8" });

describe("npx pricelake", () => {
  it("prints only data on stdout", () => {
    const { status, stdout, stderr } = pricelake("report", "list", "--format", "json");
    assert.equal(status, 0, stderr);
    assert.ok((JSON.parse(stdout) as unknown[]).length >= 30);
  });

  it("runs every command that has an npm script", () => {
    const { status, stdout } = pricelake("consume", "--help");
    assert.equal(status, 0);
    assert.match(stdout, /^npm run consume -- /);
  });

  it("prints its version", () => {
    const { status, stdout } = pricelake("--version");
    assert.deepEqual([status, stdout], [0, "0.1.0\n"]);
  });

  it("names an unknown command, lists the known ones, and exits with 2", () => {
    const { status, stdout, stderr } = pricelake("nonsense");
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^pricelake: no command "nonsense"\n/);
    assert.match(stderr, /reconcile/);
  });

  it("ends quietly when the reader of a pipe leaves", () => {
    for (const args of ["report list --format json", "preview --env minimal --json"]) {
      // The first command's exit code goes to stderr: the shell returns that of `head`.
      const command = `{ "${process.execPath}" tools/pricelake.cjs ${args}; echo $? >&2; } | head -c 1`;
      const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: root, encoding: "utf8" });
      assert.equal(stdout.length, 1, args);
      assert.equal(withoutProgress(stderr), "0\n", args);
    }
  });
});

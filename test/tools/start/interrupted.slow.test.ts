import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { temporaryDirectory } from "../../support/temporary";

const root = join(__dirname, "../../..");

/** Starts in a process group of its own, sends SIGINT to all of the group as a terminal does, and returns how it ends. */
async function interruptedAt(said: RegExp, dir: string): Promise<{ code: number; after: string }> {
  const { AWS_ENDPOINT_URL: _unset, ...env } = process.env;
  const start = ["start", "--port", "0", "--hours", "1", "--dir", dir];
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...start], {
    ...{ cwd: root, env, detached: true },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  let length: number | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (length !== undefined || !said.test(stderr)) return;
    length = stderr.length;
    process.kill(-Number(child.pid), "SIGINT");
  });
  const [code] = await once(child, "close");
  return { code, after: stderr.slice(length) };
}

describe("Ctrl-C during npm start", function () {
  this.timeout(120_000);
  const dir = temporaryDirectory();
  after(dir.remove);

  for (const [stage, said] of [
    ["while the program runs", /^deploying: running the program/m],
    ["while resources are created", /^deploying: \d+ of \d+ resources/m],
  ] as const)
    it(`ends the deployment ${stage}, with no error`, async () => {
      const { code, after } = await interruptedAt(said, dir.path);
      assert.equal(code, 130, after);
      assert.doesNotMatch(after, /pricelake:|killed|deployed the local stack|^ +at /m);
    });
});

import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(__dirname, "..", "..", "..", "tools", "main.ts");

function pricelake(...args: string[]) {
  const child = spawn(process.execPath, ["--no-warnings", "--require", "tsx/cjs", main, ...args]);
  const text = { out: "", err: "" };
  child.stdout.on("data", (data) => (text.out += data));
  child.stderr.on("data", (data) => (text.err += data));
  return { child, text };
}

async function finished(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

describe("npm run cloud and npm run env", () => {
  const dir = mkdtempSync(join(tmpdir(), "pricelake-test-"));
  after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));

  it("serve, print client settings, and stop on Ctrl-C", async () => {
    const cloud = pricelake("cloud", "--port", "0", "--dir", dir);
    while (!cloud.text.out.includes("\n")) await once(cloud.child.stdout, "data");
    const [, endpoint = ""] = /^ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(cloud.text.out) ?? [];
    assert.equal((await fetch(`${endpoint}/_local/health`)).status, 200);

    const env = pricelake("env", "--dir", dir);
    assert.equal(await finished(env.child), 0);
    const lines = env.text.out.trimEnd().split("\n");
    assert.equal(lines[0], `export AWS_ENDPOINT_URL=${endpoint}`);
    assert.deepEqual(
      lines.map((line) => /^export (\w+)=\S+$/.exec(line)?.[1]),
      ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    );
    const secret = lines[4]?.split("=")[1] ?? "";
    assert.equal(readFileSync(join(dir, "endpoint.json"), "utf8").includes(secret), false);

    cloud.child.kill("SIGINT");
    assert.equal(await finished(cloud.child), 0, cloud.text.err);
    assert.deepEqual(readdirSync(dir), ["cloud"]);
  });

  it("report that no cloud is running", async () => {
    const { child, text } = pricelake("env", "--dir", dir);
    assert.equal(await finished(child), 1);
    assert.equal(text.out, "");
    assert.match(
      text.err,
      /^pricelake: no cloud is running in .*: start one with "npm start" or "npm run cloud"/,
    );
  });
});

import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many kills; the environment variable KILLS overrides it. */
const KILLS = Number(process.env.KILLS ?? 10);

describe("A deployment killed before the response to one of its calls", function () {
  this.timeout(0);
  const dirs: string[] = [];
  const directory = (): string => {
    const dir = mkdtempSync(join(tmpdir(), "deploy-killed-"));
    dirs.push(dir);
    return dir;
  };
  after(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });

  const whole = directory();

  it(`is completed by the next start, at ${KILLS} different calls`, async () => {
    const { code, output, errors } = await deploy(whole);
    assert.equal(code, 0, errors);
    const { responses } = JSON.parse(output) as { responses: number };
    const expected = resourcesOf(whole);
    const failures: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const at = 2 + Math.floor(((responses - 2) * (kill + 0.5)) / KILLS);
      const dir = directory();
      const killed = await deploy(dir, at);
      assert.equal(killed.signal, "SIGKILL", `the deployment ended before response ${at}`);
      const healed = await deploy(dir);
      if (healed.code !== 0) failures.push(`response ${at}: ${lastLine(healed.errors)}`);
      else assert.deepEqual(resourcesOf(dir), expected);
      rmSync(dir, { recursive: true, force: true });
    }
    assert.deepEqual(failures, []);
  });

  it("is repeated on an existing cloud whose deployment state was lost", async () => {
    const expected = resourcesOf(whole);
    rmSync(join(whole, "stack.json"));
    const { code, errors } = await deploy(whole);
    assert.equal(code, 0, errors);
    assert.deepEqual(resourcesOf(whole), expected);
  });
});

async function deploy(dir: string, killAt?: number) {
  const program = join(__dirname, "killed", "deploy.ts");
  const child = spawn(
    process.execPath,
    ["--require", "tsx/cjs", program, dir, ...(killAt === undefined ? [] : [String(killAt)])],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    },
  );
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    output += data;
  });
  child.stderr.on("data", (data: Buffer) => {
    errors += data;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, output, errors };
}

const resourcesOf = (dir: string): string[] =>
  (JSON.parse(readFileSync(join(dir, "stack.json"), "utf8")) as { resources: { urn: string }[] }).resources
    .map(({ urn }) => urn)
    .sort();

const lastLine = (text: string): string =>
  text.split("\n").find((line) => /^\w*Error:/.test(line)) ?? text.slice(-300);

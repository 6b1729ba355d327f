import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { PreviewResource } from "../../../packages/pulumi-local";
import { temporaryDirectory } from "../../support/temporary";

const root = join(__dirname, "../../..");
const LEFT_BEHIND = new Set(["node_modules", ".git", ".pricelake", "test"]);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run preview` of a tree, far from here in place and time zone. */
const preview = (dir: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "tools/main.ts", "preview", ...args], {
      cwd: dir,
      env: { ...process.env, TZ: "Pacific/Kiritimati", AWS_PROFILE: "nobody" },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });

const codeOf = ({ stdout }: Ended): readonly (readonly [string, unknown])[] =>
  (JSON.parse(stdout) as { resources: readonly PreviewResource[] }).resources
    .filter(({ type }) => type === "aws:lambda/function:Function")
    .map(({ name, inputs }) => [name, inputs.code] as const);

describe("npm run preview", function () {
  this.timeout(120_000);
  const { path: dir, remove } = temporaryDirectory();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: dir, stdio: "pipe" });

  before(() => {
    cpSync(root, dir, {
      recursive: true,
      filter: (path) => path === root || !LEFT_BEHIND.has(basename(path)),
    });
    symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
    git("init", "-q");
    appendFileSync(join(dir, ".git/info/exclude"), "node_modules\n");
    git("add", ".");
    git("commit", "-qm", "as it is");
  });
  after(remove);

  it("reports no change for an unchanged tree, whatever its folder", async () => {
    const [against, here, there] = await Promise.all([
      preview(dir, "--env", "dev", "--against", "HEAD"),
      preview(root, "--env", "dev", "--json"),
      preview(dir, "--env", "dev", "--json"),
    ]);
    assert.equal(against.code, 0, against.stderr);
    assert.match(against.stdout, /^no change against HEAD$/m);
    assert.match(against.stdout, /guardrails: all met/);
    assert.equal(codeOf(here).length, 12);
    assert.deepEqual(codeOf(there), codeOf(here));
  });

  it("ends with 3 when a guardrail is broken, and says which", async () => {
    const stack = join(dir, "Pulumi.prod.yaml");
    const before = readFileSync(stack, "utf8");
    appendFileSync(stack, "  pricelake:tracing: false\n");
    const { code, stdout } = await preview(dir, "--env", "prod", "--against", "HEAD");
    writeFileSync(stack, before);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /lambda-tracing: aws:lambda:Function poll-prices: tracingConfig.mode is "PassThrough"/,
    );
    assert.match(
      stdout,
      /~ aws:lambda:Function 12: evaluate-rules-crypto, poll-prices, .*\n {4}tracingConfig.mode: "Active" → "PassThrough"/,
    );
  });

  it("shows what replaces a stream, and that it loses its data", async () => {
    const naming = join(dir, "data/names.ts");
    const before = readFileSync(naming, "utf8");
    writeFileSync(naming, before.replace("pricelake-$", "prices-$"));
    const { stdout } = await preview(dir, "--env", "dev", "--against", "HEAD", "--format", "md");
    writeFileSync(naming, before);
    assert.match(
      stdout,
      /^> - aws:kinesis:Stream crypto-stream, .*stocks-stream are replaced: \*\*data is lost\*\*$/m,
    );
    assert.match(stdout, /\*\*New permissions\*\*/);
  });

  it("names the key, the value and what is allowed when configuration is wrong", async () => {
    const stack = join(dir, "Pulumi.dev.yaml");
    const before = readFileSync(stack, "utf8");
    writeFileSync(stack, before.replace('pricelake:pollSeconds: "900"', 'pricelake:pollSeconds: "20"'));
    const { code, stdout, stderr } = await preview(dir, "--env", "dev");
    writeFileSync(stack, before);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.equal(
      stderr,
      'pricelake: configuration pricelake:pollSeconds is "20"; it must be a whole number from 30 to 3600\n',
    );
  });
});

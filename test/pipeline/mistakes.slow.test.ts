import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "../../packages/pocket-cloud";
import { withoutProgress } from "../support/progress";
import { temporaryDirectory } from "../support/temporary";
import { cloneTo } from "./clone";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("Ordinary mistakes", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  const clone = join(dir.path, "pricelake");
  const state = join(dir.path, "state");
  before(() => cloneTo(clone));
  after(() => dir.remove());

  const node = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    new Promise<Ended>((done) => {
      const { AWS_ENDPOINT_URL: _endpoint, ...inherited } = process.env;
      const child = spawn(process.execPath, args, {
        cwd: clone,
        env: { ...inherited, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.once("close", (code) => done({ code, stdout, stderr }));
    });
  const pricelake = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
    node(["tools/pricelake.cjs", ...args], env);
  /** Runs with a changed file, which is restored. */
  const withEdited = async (file: string, edit: (text: string) => string, run: () => Promise<void>) => {
    const path = join(clone, file);
    const text = readFileSync(path, "utf8");
    assert.notEqual(edit(text), text);
    writeFileSync(path, edit(text));
    await run().finally(() => writeFileSync(path, text));
  };
  const once = ["start", "--once", "--hours", "1", "--port", "0", "--dir", state];

  it("in a rules file are refused by start and preview before anything is deployed, with their place", async () => {
    const file = "functions/evaluate-rules/rules/crypto.json";
    const misspelt = (text: string) => text.replace('"severity": "', '"severity": "very-');
    await withEdited(file, misspelt, async () => {
      for (const args of [once, ["preview", "--env", "dev"]]) {
        const { code, stdout, stderr } = await pricelake(args);
        assert.match(
          stderr,
          /^pricelake: \S+rules\/crypto\.json: rules\[0\]\.severity is "very-\w+"[^\n]*\n$/,
        );
        assert.deepEqual([code, stdout], [1, ""]);
      }
    });
  });

  it("in a function's code make start --once fail, with the number of errors of each function", async () => {
    const handler = "functions/store-latest/handler.ts";
    const broken = (text: string) => `throw new Error("no store today");\n${text}`;
    await withEdited(handler, broken, async () => {
      const { code, stdout, stderr } = await pricelake([...once, "--json"]);
      assert.equal(code, 1, stderr);
      const { failures, feeds } = JSON.parse(stdout) as {
        failures: { functions: Record<string, number> };
        feeds: Record<string, { events: number; store: { items: number } }>;
      };
      const failing = "crypto posts retail stocks"
        .split(" ")
        .map((feed) => `pricelake-local-store-latest-${feed}`);
      assert.deepEqual(Object.keys(failures.functions), failing);
      for (const errors of Object.values(failures.functions)) assert.ok(errors > 0);
      assert.ok((feeds.crypto?.events ?? 0) > 0);
      assert.equal(feeds.crypto?.store.items, 0);
      assert.match(
        stderr,
        /^pricelake-local-store-latest-crypto fails since .* \(\d+ errors\): .*no store today/m,
      );
    });
  });

  it("such as a dropped table are one line in reconcile, which names the table and the cure", async () => {
    const cloud = await startCloud({ dir: state, port: 0 });
    const table = { DatabaseName: "pricelake_local", Name: "stocks_csv" };
    await cloud.call("glue", "DeleteTable", table, cloud.administrator);
    await cloud.stop();
    const { code, stdout, stderr } = await pricelake(["reconcile", "--feed", "stocks", "--dir", state]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(withoutProgress(stderr), /^pricelake: [^\n]*stocks_csv[^\n]*\n$/);
  });

  it("such as a full disk or a read-only one are one line", async function () {
    const small = join(dir.path, "small");
    mkdirSync(small);
    const mount = (...args: string[]) => spawnSync("mount", args).status === 0;
    if (!mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", small)) this.skip();
    const start = [...once.slice(0, -1), join(small, "state")];
    try {
      const full = await pricelake(start);
      assert.equal(full.code, 1);
      assert.match(
        full.stderr,
        /\npricelake: no space left on the disk for \S+; what was written before is kept[^\n]*\n$/,
      );
      assert.equal(full.stderr.match(/^pricelake:/gm)?.length, 1);
      assert.doesNotMatch(full.stderr, /^\s+at /m);
      spawnSync("rm", ["-rf", join(small, "state")]);
      assert.ok(mount("-o", "remount,ro", small));
      const readOnly = await pricelake(start);
      assert.equal(readOnly.code, 1);
      assert.match(
        readOnly.stderr,
        /\npricelake: the state directory \S+ cannot be written: EROFS: [^\n]*; choose another with --dir\n$/,
      );
    } finally {
      spawnSync("umount", [small]);
    }
  });

  const noCredentials = {
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ACCESS_KEY_ID: "",
    AWS_SECRET_ACCESS_KEY: "",
    AWS_PROFILE: "",
  };
  for (const [args, expected, exit] of [
    [
      ["consume", "--stream", "pricelake-dev-crypto", "--env", "dev"],
      "pricelake: no AWS credentials: sign in, set AWS_PROFILE, or use --env local\n",
      1,
    ],
    [
      ["consume", "--stream", "x", "--env", "nosuch"],
      'pricelake: --env: there is no environment "nosuch"; there are dev, local, minimal, prod, staging\n',
      2,
    ],
    [
      ["preview", "--env", "nosuch"],
      'pricelake: --env: there is no environment "nosuch"; there are dev, local, minimal, prod, staging\n',
      2,
    ],
    [
      ["mongo", "languages", "--mongo", "mongodb://127.0.0.1:1/x"],
      "pricelake: MongoDB at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1; docs/labs.md has a line that starts one; " +
        "--mongo or MONGODB_URL names another\n",
      1,
    ],
    [["start", "--dir="], 'pricelake: --dir takes the path of a folder, not ""\n', 2],
  ] as const)
    it(`are answered at once: ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await pricelake(args, noCredentials);
      assert.deepEqual([withoutProgress(stderr), stdout, code], [expected, "", exit]);
    });

  for (const script of ["simulation", "killed", "soak"]
    .map((name) => `test/pipeline/${name}/main.ts`)
    .concat("bench/main.ts"))
    it(`have an answer in the help of ${script}, and an unknown option is one line`, async () => {
      const help = await node(["--require", "tsx/cjs", script, "--help"]);
      assert.deepEqual([help.code, help.stderr], [0, ""]);
      assert.match(help.stdout, /^npm run \S+ -- \[[^\n]+\n\n/);
      const unknown = await node(["--require", "tsx/cjs", script, "--nosuch"]);
      assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
      assert.match(unknown.stderr, /^[^\n]*--nosuch[^\n]*\n$/);
    });
});

import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");

describe("npm run report, bundled", function () {
  this.timeout(300_000);
  // Without the loader of TypeScript nothing but a bundle can answer.
  const without = new Set([".cache", "tsx"]);
  const tree = mkdtempSync(join(tmpdir(), "report-launch-"));

  // The sources with packages of their own, so that bundles made here are nobody else's.
  before(() => {
    for (const path of ["analytics", "data", "packages", "sql", "tools", "package.json", "package-lock.json"])
      cpSync(join(root, path), join(tree, path), { recursive: true });
    mkdirSync(join(tree, "node_modules"));
    for (const name of readdirSync(join(root, "node_modules")).filter((each) => !without.has(each)))
      symlinkSync(join(root, "node_modules", name), join(tree, "node_modules", name));
  });
  after(() => rmSync(tree, { recursive: true, force: true }));

  const keys = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
  const run = (
    args: readonly string[],
    first: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) => {
    const launcher = join(tree, "analytics", "launch", "report.cjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [...first, launcher, ...args], {
      cwd: tree,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    return { status, stdout, stderr };
  };
  const slow = (...args: string[]) => {
    const command = ["--require", "tsx/cjs", "tools/main.ts", "report", ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const bundles = () =>
    readdirSync(join(tree, "node_modules", ".cache", "pricelake")).filter((name) =>
      name.startsWith("report-"),
    );

  it("prints the same as the unbundled command, with the same exit codes", () => {
    for (const args of [["show", "ohlc"], ["nonsense"], ["sql", "SELEC 1"]])
      assert.deepEqual(run(args), slow(...args));
  });

  it("builds one bundle, and another one when a source changes", () => {
    run(["list"]);
    const [first, ...others] = bundles();
    assert.deepEqual(others, []);
    run(["list"]);
    assert.deepEqual(bundles(), [first]);
    const file = join(tree, "sql", "library", "library.ts");
    writeFileSync(file, "throw new Error('changed');\n", { flag: "a" });
    assert.match(run(["list"]).stderr, /changed/);
    cpSync(join(root, "sql", "library", "library.ts"), file);
    assert.equal(run(["list"]).status, 0);
  });

  it("saves the code cache of a run that called AWS, and replaces an invalid one", () => {
    const unreachable = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_REGION: "us-east-1", ...keys };
    run(["list"]);
    const cache = join(tree, "node_modules", ".cache", "pricelake");
    const { folder } = JSON.parse(readFileSync(join(cache, "report.json"), "utf8"));
    const file = join(cache, folder, "report.cjs.code");
    assert.equal(existsSync(file), false);
    assert.match(run(["ohlc"], [], unreachable).stderr, /^pricelake: cannot reach http:/);
    const kept = statSync(file).size;
    assert.ok(kept > 1_000_000, `${kept} bytes`);
    const modified = statSync(file).mtimeMs;
    run(["ohlc"], [], unreachable);
    assert.equal(statSync(file).mtimeMs, modified);
    writeFileSync(file, "no code");
    assert.equal(run(["ohlc"], [], unreachable).status, 1);
    assert.ok(statSync(file).size > 1_000_000);
  });

  it("runs unbundled if no bundle can be built", () => {
    rmSync(join(tree, "node_modules", ".cache"), { recursive: true });
    symlinkSync(join(root, "node_modules", "tsx"), join(tree, "node_modules", "tsx"));
    const withoutEsbuild = join(tree, "without.cjs");
    writeFileSync(
      withoutEsbuild,
      `const { Module } = require("node:module"); const load = Module._load;
       Module._load = (name, ...rest) => {
         if (name === "esbuild" && rest[0]?.filename.endsWith("bundle.cjs")) throw new Error("no esbuild");
         return load(name, ...rest);
       };`,
    );
    assert.match(run(["list"], ["--require", withoutEsbuild]).stdout, /^crypto\/ohlc/m);
  });
});

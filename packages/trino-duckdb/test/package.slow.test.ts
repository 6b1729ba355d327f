import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkTypesAsNode10, install, type Packed, pack } from "../../../test/support/packed";

const run = promisify(execFile);
const source = join(__dirname, "..");
const bin = (name: string) => join(source, "..", "..", "node_modules", name);

/** The example of the README, and the same as a CommonJS module. */
const [, example = ""] =
  /```ts\n(import[\s\S]*?)```/.exec(readFileSync(join(source, "README.md"), "utf8")) ?? [];
const [, output = ""] = /\/\/ (\[ 'coin'.*)/.exec(example) ?? [];
const commonJs = example
  .replace(/import (\{.*?\}) from "(.*?)";/g, 'const $1 = require("$2");')
  .replace(/(const statement[\s\S]*)/, "(async () => {\n$1})();\n");

describe("The package that npm pack makes of trino-duckdb", function () {
  this.timeout(300_000);
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "trino-duckdb-")));
  after(() => rmSync(dir, { recursive: true, force: true }));

  let packed: Packed;
  before(async () => {
    packed = await pack(source, dir);
    await install(packed, dir);
  });

  it("contains what it needs, and no sources or tests", () => {
    assert.deepEqual(
      packed.files.filter((file) => !/^dist\/.*\.d\.ts$/.test(file)),
      [
        ...["CHANGELOG.md", "README.md", "dist/LICENSE", "dist/bundled-licenses.txt", "dist/index.js"],
        ...["dist/worker.js", "index.d.ts", "package.json"],
      ],
    );
    assert.ok(packed.files.includes("dist/index.d.ts"));
    assert.ok(packed.unpackedSize < 12e6, `${packed.unpackedSize} bytes`);
  });

  for (const [name, text] of [
    ["example.mjs", example],
    ["example.cjs", commonJs],
  ] as const)
    it(`runs the example of the README as ${name}`, async () => {
      writeFileSync(join(dir, name), text);
      const { stdout } = await run(process.execPath, [name], { cwd: dir });
      assert.equal(stdout.trim(), output);
    });

  it("has types", async () => {
    const typed = example.replace(
      "(catalog, schema, name) => ({",
      "(catalog: string, schema: string, name: string): TableSource => ({",
    );
    writeFileSync(join(dir, "types.mts"), typed.replace("{ compile,", "{ type TableSource, compile,"));
    await run(
      process.execPath,
      [
        realpathSync(bin(".bin/tsc")),
        ...["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"],
        ...["--typeRoots", bin("@types"), "types.mts"],
      ],
      { cwd: dir },
    );
  });

  it("has types for the module resolution of Pulumi's template", async () => {
    writeFileSync(
      join(dir, "node10.ts"),
      `import { parse } from "trino-duckdb";
export const kind: string = parse("SELECT 1").kind;
`,
    );
    await checkTypesAsNode10(dir, "node10.ts");
  });
});

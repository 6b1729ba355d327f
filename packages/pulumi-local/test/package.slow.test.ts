import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkTypesAsNode10, install, type Packed, pack } from "../../../test/support/packed";

const run = promisify(execFile);

const SHOW = `({ resources, outputs }) =>
  console.log(JSON.stringify([resources.map(({ name }) => name), outputs.url]))`;

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "main": "index.js" }',
  "Pulumi.yaml": "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\n",
  "Pulumi.test.yaml": "config:\n  aws:region: eu-west-1\n",
  "index.js": `const aws = require("@pulumi/aws");
exports.url = new aws.sqs.Queue("jobs", { name: "jobs" }).url;
`,
  "preview.cjs": `require("pulumi-local").previewProgram({ dir: __dirname, stack: "test" }).then(${SHOW});\n`,
  "preview.mjs": `import { previewProgram } from "pulumi-local";
await previewProgram({ dir: import.meta.dirname, stack: "test" }).then(${SHOW});
`,
  "types.mts": `import { diffPreviews, type Preview, previewProgram } from "pulumi-local";
const before: Preview = await previewProgram({ dir: ".", stack: "test" });
export const names: string[] = diffPreviews(before, before).map(({ name }) => name);
`,
};

describe("The package that npm pack makes", function () {
  this.timeout(300_000);
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "package-")));
  after(() => rmSync(dir, { recursive: true, force: true }));

  let packed: Packed;
  before(async () => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    packed = await pack(join(__dirname, ".."), dir);
    await install(packed, dir);
  });

  it("contains what it needs, and no sources or tests", () => {
    assert.deepEqual(
      packed.files.filter((file) => !/^dist\/.*\.d\.ts$/.test(file)),
      [
        ...["CHANGELOG.md", "README.md", "bin.js", "dist/LICENSE", "dist/index.js", "dist/preload.cjs"],
        ...["entry.js", "index.d.ts", "package.json", "plugin/pulumi-resource-aws"],
      ],
    );
    assert.ok(packed.files.includes("dist/index.d.ts"));
    assert.ok(packed.unpackedSize < 4e6, `${packed.unpackedSize} bytes`);
  });

  for (const script of ["preview.cjs", "preview.mjs"])
    it(`previews a program from ${script}`, async () => {
      const { stdout } = await run(process.execPath, [script], { cwd: dir });
      assert.deepEqual(JSON.parse(stdout), [
        ["shop-test", "jobs"],
        "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
      ]);
    });

  it("has the plugin for the Pulumi CLI, and the command that runs the CLI with it", async () => {
    const { stdout } = await run("npx", ["--no-install", "pulumi-local", "--help"], { cwd: dir });
    assert.match(stdout, /^Usage: pulumi-local <arguments of pulumi>\n/);
    // Stands in for the CLI: runs the plugin that is first on PATH, and closes its stdin at once.
    writeFileSync(join(dir, "pulumi"), "#!/bin/sh\n: | pulumi-resource-aws 127.0.0.1:1\n", {
      mode: 0o755,
    });
    const env = { ...process.env, PULUMI_BIN: join(dir, "pulumi") };
    const started = await run("npx", ["--no-install", "pulumi-local", "up"], { cwd: dir, env });
    assert.match(started.stdout, /^\d+\n$/);
  });

  it("has types", async () => {
    const bin = (name: string) => join(__dirname, "../../../node_modules", name);
    await run(
      process.execPath,
      [
        realpathSync(bin(".bin/tsc")),
        ...["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"],
        ...["--skipLibCheck", "--typeRoots", bin("@types"), "types.mts"],
      ],
      { cwd: dir },
    );
  });

  it("has types for the module resolution of Pulumi's template", async () => {
    writeFileSync(
      join(dir, "node10.ts"),
      `import { type Preview, previewProgram } from "pulumi-local";
export const preview: Promise<Preview> = previewProgram({ dir: ".", stack: "dev" });
`,
    );
    await checkTypesAsNode10(dir, "node10.ts");
  });
});

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Pulumi project in a temporary folder, in plain JavaScript so that it starts quickly. */
export function project(source: string, files: Readonly<Record<string, string>> = {}) {
  const dir = mkdtempSync(join(tmpdir(), "pricelake-program-"));
  const all = {
    "Pulumi.yaml": "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\n",
    "Pulumi.test.yaml": "config:\n  aws:region: eu-west-1\n",
    "package.json": '{ "main": "index.js" }',
    "index.js": `const aws = require("@pulumi/aws");\nconst pulumi = require("@pulumi/pulumi");\n${source}`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(dir, name), text);
  symlinkSync(join(__dirname, "../../../node_modules"), join(dir, "node_modules"));
  return {
    dir,
    rewrite: (next: string) =>
      writeFileSync(
        join(dir, "index.js"),
        `const aws = require("@pulumi/aws");\nconst pulumi = require("@pulumi/pulumi");\n${next}`,
      ),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

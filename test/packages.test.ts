import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "../packages");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly private?: boolean;
}

/** What they contain is checked beside the test of each package, which packs it. */
describe("The published packages", () => {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  it("are all tested", () => {
    assert.deepEqual(names.sort(), ["pocket-cloud", "pulumi-local", "trino-duckdb"]);
    for (const name of names)
      assert.match(
        readFileSync(join(folder, name, "test/package.slow.test.ts"), "utf8"),
        /contains what it needs/,
      );
  });

  for (const name of names)
    it(`${name} says what it is`, () => {
      const manifest = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as Manifest;
      assert.equal(manifest.name, name);
      assert.equal(manifest.private, undefined);
      assert.equal(manifest.license, "Apache-2.0");
      assert.equal(manifest.engines.node, ">=20.19.0");
      assert.ok(manifest.keywords.length >= 5);
      const log = readFileSync(join(folder, name, "CHANGELOG.md"), "utf8");
      assert.ok(log.includes(`\n## ${manifest.version}\n`));
    });
});

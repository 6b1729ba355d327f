import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
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

/** Files of the package that `npm pack` makes, with its size. */
function packed(name: string): { files: string[]; unpackedSize: number } {
  const stdout = execFileSync("npm", ["pack", "--dry-run", "--json", "--loglevel=error"], {
    cwd: join(folder, name),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const [found] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [
    { files: { path: string }[]; unpackedSize: number },
  ];
  return { files: found.files.map(({ path }) => path).sort(), unpackedSize: found.unpackedSize };
}

const always = [
  "CHANGELOG.md",
  "README.md",
  "dist/LICENSE",
  "dist/index.d.ts",
  "dist/index.js",
  "package.json",
];

/** What each package has besides that and its declarations, and its largest size in MB. */
const expected: Readonly<Record<string, { readonly files: readonly RegExp[]; readonly megabytes: number }>> =
  {
    "pocket-cloud": {
      files: [
        /^bin\.js$/,
        /^examples\/pipeline\.mjs$/,
        /^dist\/(worker|bootstrap|private-files)\.js$/,
        /^dist\/bootstrap\.py$/,
        /^dist\/console\//,
        /^dist\/bundled-licenses\.txt$/,
      ],
      megabytes: 16,
    },
    "pulumi-local": {
      files: [/^bin\.js$/, /^entry\.js$/, /^plugin\/pulumi-resource-aws$/, /^dist\/preload\.cjs$/],
      megabytes: 4,
    },
    "trino-duckdb": { files: [/^dist\/worker\.js$/, /^dist\/bundled-licenses\.txt$/], megabytes: 12 },
  };

describe("The published packages", function () {
  this.timeout(300_000);

  it("are all tested", () => {
    const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(names.map(({ name }) => name).sort(), Object.keys(expected).sort());
  });

  for (const [name, { files: patterns, megabytes }] of Object.entries(expected)) {
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

    it(`${name} contains what it needs, and no sources or tests`, () => {
      const { files, unpackedSize } = packed(name);
      assert.deepEqual(
        always.filter((file) => !files.includes(file)),
        [],
      );
      const others = files.filter((file) => !always.includes(file) && !/^dist\/.*\.d\.ts$/.test(file));
      assert.deepEqual(
        others.filter((file) => !patterns.some((pattern) => pattern.test(file))),
        [],
      );
      for (const pattern of patterns)
        assert.ok(
          others.some((file) => pattern.test(file)),
          `nothing matches ${pattern}`,
        );
      assert.ok(unpackedSize < megabytes * 1e6, `${unpackedSize} bytes`);
    });
  }
});

import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

const root = join(__dirname, "..");

/** What a room may import of ours, besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  data: [],
  functions: ["data"],
  "sql/library": ["data"],
  infra: ["data", "sql/library"],
  analytics: ["data", "sql/library", "tools/kit", "packages/pocket-cloud"],
  "packages/trino-duckdb": [],
  "packages/pocket-cloud": ["packages/trino-duckdb"],
  "packages/pulumi-local": ["packages/pocket-cloud"],
};

const sources = (folder: string): string[] =>
  !existsSync(join(root, folder))
    ? []
    : readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => join(entry.parentPath, entry.name))
        // A package's tests stand beside it and may use what they need.
        .filter((file) => !relative(join(root, folder), file).startsWith("test/"));

const importsOf = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/(?:from|import|require)\s*\(?\s*["'](\.[^"']*)["']/g)].map(
    (match) => relative(root, normalize(join(dirname(file), match[1] ?? ""))),
  );

const within = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

describe("Dependency rules", () => {
  for (const [room, others] of Object.entries(allowed)) {
    it(`${room} imports only ${["itself", ...others].join(", ")}`, () => {
      const offences = sources(room).flatMap((file) =>
        importsOf(file)
          .filter((target) => ![room, ...others].some((permitted) => within(target, permitted)))
          .map((target) => `${relative(root, file)} imports ${target}`),
      );
      assert.deepEqual(offences, []);
    });
  }

  it("reads imports of every form it has to judge", () => {
    assert.ok(sources("packages/pocket-cloud").length > 5);
    assert.ok(
      sources("packages/pocket-cloud").some((file) =>
        importsOf(file).some((target) => within(target, "packages/pocket-cloud")),
      ),
    );
  });
});

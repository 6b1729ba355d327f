import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "..");

/** The rooms that each room may import, besides itself: the dependency rules of docs/architecture.md. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "index.ts": ["data", "infra"],
  data: [],
  "sql/library": ["data"],
  "functions/shared": ["data"],
  "functions/*": ["data", "functions/shared"],
  "functions/publish-reports": [
    "analytics/lake",
    "analytics/render",
    "analytics/site",
    "data",
    "functions/shared",
    "sql/library",
  ],
  // analytics/site builds the script of the pages.
  infra: ["analytics/site", "data", "sql/library"],
  // Pure rooms of analytics: functions/publish-reports renders the same pages as the command.
  "analytics/lake": ["data", "sql/library"],
  "analytics/render": ["data", "sql/library"],
  "analytics/site": ["analytics/render", "data", "sql/library"],
  analytics: ["analytics/*", "data", "sql/library", "tools/kit"],
  "tools/kit": ["data", "packages/pocket-cloud"],
  "tools/main.ts": ["tools/*", "analytics"],
  "tools/agent": ["data", "functions/shared", "tools/kit"],
  "tools/alerts": [
    "data",
    "functions/evaluate-rules",
    "sql/library",
    "tools/consume",
    "tools/kit",
    "tools/replay",
  ],
  "tools/backfill": ["data", "functions/shared", "functions/poll-prices", "tools/kit"],
  "tools/cloud": ["packages/pocket-cloud", "tools/kit"],
  "tools/collect": ["data", "functions/poll-prices", "functions/shared", "tools/agent", "tools/kit"],
  "tools/compact": ["data", "functions/compact", "tools/kit"],
  "tools/completion": ["tools/kit"],
  "tools/consume": [
    "data",
    "functions/shared",
    "functions/store-latest",
    "sql/library",
    "tools/collect",
    "tools/kit",
  ],
  "tools/env": ["tools/kit"],
  "tools/import": ["data", "functions/compact", "tools/kit"],
  "tools/orders": ["analytics", "analytics/render", "data", "functions/store-latest", "tools/kit"],
  "tools/mongo": ["analytics", "analytics/render", "sql/library", "tools/consume", "tools/kit"],
  "tools/preview": [
    "data",
    "functions/evaluate-rules",
    "infra",
    "packages/pocket-cloud",
    "packages/pulumi-local",
    "tools/kit",
  ],
  "tools/reconcile": ["data", "functions/reconcile", "functions/shared", "tools/consume", "tools/kit"],
  "tools/redrive": ["data", "functions/shared", "tools/kit"],
  "tools/replay": ["data", "functions/shared", "tools/kit"],
  "tools/start": [
    "analytics",
    "data",
    "functions/evaluate-rules",
    "packages/pocket-cloud",
    "packages/pulumi-local",
    "tools/collect",
    "tools/kit",
    "tools/reconcile",
    "tools/replay",
  ],
  "tools/stream": ["data", "tools/kit"],
  "packages/trino-duckdb": [],
  "packages/pocket-cloud": ["packages/trino-duckdb"],
  "packages/pulumi-local": [],
};

const folders = ["data", "sql", "functions", "infra", "analytics", "tools", "packages", "bench", "test"];

const sources: readonly string[] = [
  "index.ts",
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !file.includes("node_modules") && !file.includes("/dist/")),
  ),
];

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

const importsOf: ReadonlyMap<string, readonly string[]> = new Map(
  sources.map((file) => [
    file,
    [...textOf(file).matchAll(/(?:from|import|require)\s*\(?\s*"(\.[^"]*)"/g)]
      .map((match) => fileOf(join(dirname(file), match[1] ?? "")))
      .filter((target) => target !== undefined),
  ]),
);

function fileOf(path: string): string | undefined {
  return [path, `${path}.ts`, `${path}.tsx`, join(path, "index.ts"), join(path, "index.tsx")].find(
    (candidate) => /\.tsx?$/.test(candidate) && existsSync(join(root, candidate)),
  );
}

const pureRooms = new Set(["lake", "render", "site"]);

/** "tools/agent" of tools/agent/flow.ts, "data" of data/feeds/index.ts. */
function roomOf(file: string): string {
  const [first = "", second = "", ...rest] = file.split("/");
  const hasRooms = ["functions", "packages", "sql", "tools"].includes(first);
  if (first === "analytics" && pureRooms.has(second)) return `${first}/${second}`;
  return hasRooms && (rest.length > 0 || first === "tools") ? `${first}/${second}` : first;
}

const isTest = (file: string): boolean => /^(?:packages\/[^/]+\/)?(?:test|bench)\//.test(file);

const rulesFor = (room: string): readonly string[] | undefined =>
  allowed[room] ?? allowed[`${room.split("/")[0]}/*`];

const permits = (rule: string, room: string): boolean =>
  rule === room || (rule.endsWith("/*") && room.startsWith(rule.slice(0, -1)));

const productImports = sources
  .filter((file) => !isTest(file))
  .flatMap((file) => (importsOf.get(file) ?? []).map((target) => ({ file, target })));

describe("Dependency rules", () => {
  it("cover every room", () => {
    const rooms = new Set(sources.filter((file) => !isTest(file)).map(roomOf));
    assert.deepEqual(
      [...rooms].filter((room) => !rulesFor(room)),
      [],
    );
  });

  for (const room of new Set(productImports.map(({ file }) => roomOf(file))))
    it(`${room} imports only ${["itself", ...(rulesFor(room) ?? [])].join(", ")}`, () => {
      const broken = productImports
        .filter(({ file, target }) => roomOf(file) === room && roomOf(target) !== room)
        .filter(({ target }) => !rulesFor(room)?.some((rule) => permits(rule, roomOf(target))));
      assert.deepEqual(
        broken.map(({ file, target }) => `${file} imports ${target}`),
        [],
      );
    });

  // esbuild bundles the console for browsers, which have no require.
  it("no file that Node runs imports another with import(), which finds no TypeScript under tsx/cjs", () => {
    const broken = sources
      .filter((file) => !file.startsWith("packages/pocket-cloud/console/pages/"))
      .filter((file) => /(?<!typeof )\bimport\(\s*"\./.test(textOf(file)));
    assert.deepEqual(broken, []);
  });

  it("a file loaded by require has the type of the same file", () => {
    const broken = sources.flatMap((file) =>
      [...textOf(file).matchAll(/require\("(.*)"\)\s+as\s+typeof\s+import\("(.*)"\)/g)]
        .filter(([, loaded, typed]) => loaded !== typed)
        .map(([text]) => `${file}: ${text}`),
    );
    assert.deepEqual(broken, []);
  });

  it("tools and analytics import no Lambda handler", () => {
    const broken = productImports.filter(
      ({ file, target }) => /^(tools|analytics)\//.test(file) && target.endsWith("/handler.ts"),
    );
    assert.deepEqual(broken, []);
  });

  it("packages are imported by their index.ts only, from tests too", () => {
    const deep = [...importsOf].flatMap(([file, targets]) =>
      targets
        .filter((target) => {
          const [, name] = /^packages\/([^/]+)\/(?!index\.ts$)/.exec(target) ?? [];
          return name !== undefined && !file.startsWith(`packages/${name}/`);
        })
        .map((target) => `${file} imports ${target}`),
    );
    assert.deepEqual(deep, []);
  });

  it("no circle joins two rooms", () => {
    const rooms = new Map<string, Set<string>>();
    for (const { file, target } of productImports)
      if (roomOf(file) !== roomOf(target))
        rooms.set(roomOf(file), (rooms.get(roomOf(file)) ?? new Set()).add(roomOf(target)));
    assert.deepEqual(circlesIn(rooms), []);
  });

  it("no circle joins files", () => {
    assert.deepEqual(circlesIn(importsOf), []);
  });

  it("find circles", () => {
    assert.deepEqual(
      circlesIn(
        new Map([
          ["a", ["b"]],
          ["b", ["c", "d"]],
          ["c", ["b"]],
        ]),
      ),
      [["b", "c"]],
    );
  });
});

/** The strongly connected components of more than one node, by Tarjan's algorithm. */
function circlesIn(edges: ReadonlyMap<string, Iterable<string>>): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const onPath = new Set<string>();
  const visit = (node: string): void => {
    const index = order.size;
    order.set(node, index);
    lowest.set(node, index);
    path.push(node);
    onPath.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      else if (!onPath.has(next)) continue;
      lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(node) !== index) return;
    const component = path.splice(path.indexOf(node));
    for (const each of component) onPath.delete(each);
    if (component.length > 1) circles.push(component.sort());
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return circles;
}

import { strict as assert } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parse } from "yaml";
import { anchorsOf, commandsIn, pages, root, withoutCode } from "./pages";

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** Links to files of the repository, and what is wrong with them. */
function brokenLinks(file: string, text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const to = path === "" ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, to))) return [`${file}: ${target} does not exist`];
    if (anchor !== undefined && !anchorsOf(textOf(to)).has(anchor))
      return [`${file}: ${to} has no heading #${anchor}`];
    return [];
  });
}

const rooms =
  /^(?:index\.ts|(?:data|sql|infra|functions|analytics|tools|packages|bench|test|docs|mongo|\.ci|\.github)\/[\w./-]*)$/;

describe("The documentation", () => {
  it("has only links to files and headings that exist", () => {
    assert.deepEqual(
      pages.flatMap(({ file, text }) => brokenLinks(file, text)),
      [],
    );
  });

  it("is reached from its index", () => {
    const index = textOf("docs/README.md");
    const unlisted = pages
      .map(({ file }) => file)
      .filter((file) => file.startsWith("docs/") && file !== "docs/README.md")
      .filter((file) => !index.includes(`](${file.slice("docs/".length)})`));
    assert.deepEqual(unlisted, []);
  });

  it("names files and folders that exist", () => {
    const missing = pages
      .filter(({ file }) => !file.startsWith("packages/"))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/`([^`\s]+)`/g)]
          .map(([, path = ""]) => path)
          .filter(
            (path) =>
              rooms.test(path) && !existsSync(join(root, path)) && !existsSync(join(root, "test", path)),
          )
          .map((path) => `${file}: ${path}`),
      );
    assert.deepEqual(missing, []);
  });

  it("shows npm scripts that exist", () => {
    const { scripts } = JSON.parse(textOf("package.json"));
    const unknown = pages.flatMap((page) =>
      commandsIn(page)
        .filter(({ command }) => !(command in scripts))
        .map(({ file, command }) => `${file}: npm run ${command}`),
    );
    // These are of packages.
    assert.deepEqual(
      unknown.filter((each) => !/npm run conformance:[a-z]+$/.test(each)),
      [],
    );
  });

  it("sets configuration that Pulumi.yaml has", () => {
    const { config } = parse(textOf("Pulumi.yaml")) as { config: Record<string, unknown> };
    const set = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/pulumi config set (?:--secret |--path )?'?([a-zA-Z]+)/g)].map(([, key = ""]) => ({
        file,
        key,
      })),
    );
    assert.ok(set.length > 5);
    assert.deepEqual(
      set.filter(({ key }) => !(key in config)),
      [],
    );
  });
});

describe("Grafana's dashboard", () => {
  const dashboard = JSON.parse(textOf("docs/recipes/grafana.json"));

  it("has the panels that the recipe names, on the data source that its user chooses", () => {
    assert.deepEqual(
      dashboard.panels.map(({ title }: { title: string }) => title),
      ["Price", "Largest moves", "Rows per hour", "Refused rows"],
    );
    for (const { datasource } of dashboard.panels)
      assert.deepEqual(datasource, { type: "grafana-athena-datasource", uid: `\${${"source"}}` });
  });
});

import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { temporaryDirectory } from "./support/temporary";

const root = join(__dirname, "..");
const json = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

describe("The root install", () => {
  it("runs no install script of a dependency, and npm asks about none", () => {
    const { packages } = json("package-lock.json") as {
      packages: Record<string, { hasInstallScript?: true }>;
    };
    const scripts = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
      hasInstallScript ? [path.replace(/^.*node_modules\//, "")] : [],
    );
    assert.deepEqual(
      json("package.json").allowScripts,
      Object.fromEntries(scripts.map((name) => [name, false])),
    );
  });

  it("has nothing that only the benches or the linter need", () => {
    const { packages } = json("package-lock.json") as { packages: Record<string, unknown> };
    const separate = ["bench", "lint"].flatMap((folder) =>
      Object.keys(json(`${folder}/package.json`).dependencies),
    );
    assert.deepEqual(separate, ["kinesalite", "@biomejs/biome"]);
    for (const name of separate) assert.equal(`node_modules/${name}` in packages, false, name);
  });

  it("has everything that the command start needs when development tools are left out", () => {
    // The repository's prepare script bundles the console, also after npm ci --omit=dev.
    const { dependencies } = json("package.json");
    const bundled = json("packages/pocket-cloud/package.json").devDependencies as Record<string, string>;
    for (const [name, version] of Object.entries(bundled)) assert.equal(dependencies[name], version, name);
  });
});

describe("Templates of issues and pull requests", () => {
  const folder = join(root, ".github/ISSUE_TEMPLATE");

  it("ask for what is needed", () => {
    const forms = readdirSync(folder).filter((file) => file !== "config.yml");
    assert.deepEqual(forms.sort(), ["aws-difference.yml", "bug.yml", "idea.yml"]);
    for (const file of forms) {
      const { name, description, body } = parse(readFileSync(join(folder, file), "utf8"));
      assert.ok(name && description, file);
      for (const { type, id, attributes } of body)
        assert.ok(
          ["textarea", "input", "dropdown"].includes(type) && id && attributes.label,
          `${file} ${id}`,
        );
    }
  });
});

describe("The check of a release", () => {
  const dir = temporaryDirectory();
  after(() => dir.remove());
  const check = (tag: string) => {
    const env = { ...process.env, PACKAGES: dir.path };
    const { status, stderr } = spawnSync(process.execPath, [join(root, "packages/check-release.mjs"), tag], {
      env,
      encoding: "utf8",
    });
    return status === 0 ? "released" : stderr.trim();
  };
  before(() => {
    mkdirSync(join(dir.path, "tool"));
    writeFileSync(join(dir.path, "tool/package.json"), '{"version":"1.2.3"}');
    writeFileSync(join(dir.path, "tool/CHANGELOG.md"), "# Changelog\n\n## 1.2.3\n\n- New.\n\n## 1.2.2\n");
  });

  it("passes when tag, version and change log agree", () => assert.equal(check("tool@1.2.3"), "released"));

  it("names what differs", () => {
    assert.equal(check("tool@1.2.2"), "packages/tool/package.json has version 1.2.3, the tag 1.2.2");
    for (const tag of ["tool", "nothing@1.0.0", "../tool@1.2.3", "tool@1.2"])
      assert.match(
        check(tag),
        /^the tag ".*" is not <package>@<major>\.<minor>\.<patch> of a package in packages\/$/,
      );
    writeFileSync(join(dir.path, "tool/CHANGELOG.md"), "# Changelog\n\n## 1.2.3\n\n## 1.2.2\n\n- Old.\n");
    assert.match(check("tool@1.2.3"), /has no entry/);
    writeFileSync(join(dir.path, "tool/CHANGELOG.md"), "# Changelog\n");
    assert.match(check("tool@1.2.3"), /has no section "## 1\.2\.3"/);
  });
});

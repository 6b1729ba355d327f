/**
 * `node packages/check-release.mjs <package>@<version>`: fails unless the tag names a package of this folder, its
 * package.json has the version, and its CHANGELOG.md has a section for it with at least one entry.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.env.PACKAGES ?? dirname(fileURLToPath(import.meta.url));
const problem = check(process.argv[2] ?? "");
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

function check(tag) {
  const [, name = "", version = ""] = /^([a-z-]+)@(\d+\.\d+\.\d+)$/.exec(tag) ?? [];
  const manifest = join(folder, name, "package.json");
  if (name === "" || !existsSync(manifest))
    return `the tag ${JSON.stringify(tag)} is not <package>@<major>.<minor>.<patch> of a package in packages/`;
  const found = JSON.parse(readFileSync(manifest, "utf8")).version;
  if (found !== version) return `packages/${name}/package.json has version ${found}, the tag ${version}`;
  const log = readFileSync(join(folder, name, "CHANGELOG.md"), "utf8");
  const section = log.split(/^## /m).find((each) => each.split(/\s/)[0] === version);
  if (section === undefined) return `packages/${name}/CHANGELOG.md has no section "## ${version}"`;
  if (!/^- /m.test(section))
    return `packages/${name}/CHANGELOG.md has no entry ("- …") under "## ${version}"`;
  return undefined;
}

import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programAt } from "../../../tools/preview/program-at";
import { temporaryDirectory } from "../../support/temporary";

describe("programAt", () => {
  const { path: repository, remove } = temporaryDirectory();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      cwd: repository,
      stdio: "pipe",
    });
  before(() => {
    git("init", "-q");
    mkdirSync(join(repository, "node_modules"));
    writeFileSync(join(repository, "Pulumi.yaml"), "name: old\n");
    git("add", "Pulumi.yaml");
    git("commit", "-qm", "old");
    writeFileSync(join(repository, "Pulumi.yaml"), "name: new\n");
  });
  after(remove);

  it("extracts the tree of a ref with this tree's packages, and removes it", () => {
    const at = programAt(repository, "HEAD");
    assert.equal(readFileSync(join(at.dir, "Pulumi.yaml"), "utf8"), "name: old\n");
    assert.ok(existsSync(join(at.dir, "node_modules")));
    at.remove();
    assert.equal(existsSync(at.dir), false);
    assert.ok(existsSync(join(repository, "node_modules")));
  });

  for (const ref of ["nowhere", "--output=x", ""])
    it(`refuses "${ref}"`, () => {
      assert.throws(() => programAt(repository, ref), /--against takes a git ref/);
    });
});

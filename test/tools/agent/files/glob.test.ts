import { strict as assert } from "node:assert";
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expandBraces, listFiles, segmentPattern } from "../../../../tools/agent/files/glob";
import { temporaryDirectory } from "../../../support/temporary";

describe("listFiles", () => {
  const dir = temporaryDirectory();
  after(dir.remove);
  const make = (name: string, seconds: number) => {
    const path = join(dir.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "x");
    utimesSync(path, seconds, seconds);
  };
  const list = (pattern: string) =>
    listFiles(join(dir.path, pattern)).files.map(({ path }) => relative(dir.path, path));

  before(() => {
    make("app.log", 5);
    make("app.log.1", 4);
    make("app.log.2.gz", 3);
    make("a/app.log", 2);
    make("b/deep/er/app.log", 1);
    make(".hidden.log", 9);
    make("[x].log", 10);
  });

  it("finds a file by its name, and many by a pattern, the oldest first", () => {
    assert.deepEqual(list("app.log"), ["app.log"]);
    assert.deepEqual(list("app.log*"), ["app.log.1", "app.log"]);
    assert.deepEqual(list("*.log"), ["app.log", ".hidden.log", "[x].log"]);
  });

  it("looks into folders", () => {
    assert.deepEqual(list("*/app.log"), ["a/app.log"]);
    assert.deepEqual(list("**/app.log"), ["b/deep/er/app.log", "a/app.log", "app.log"]);
    assert.deepEqual(list("{a,b/*/er}/app.log"), ["b/deep/er/app.log", "a/app.log"]);
    assert.deepEqual(list("nowhere/*.log"), []);
    assert.deepEqual(list("app.log/*"), []);
  });

  it("skips compressed files, whatever the pattern", () => {
    assert.deepEqual(list("app.log.2.gz"), []);
  });

  it("takes a file of several names once", () => {
    linkSync(join(dir.path, "app.log"), join(dir.path, "zz.log"));
    symlinkSync(join(dir.path, "app.log"), join(dir.path, "current.log"));
    assert.deepEqual(list("{app,zz,current}.log"), ["app.log"]);
  });

  it("reports folders that it cannot read", () => {
    symlinkSync("loop", join(dir.path, "loop"));
    const { files, problems } = listFiles(join(dir.path, "loop/*.log"));
    assert.deepEqual(files, []);
    assert.match(problems[0] ?? "", /^ELOOP.*loop/);
  });
});

describe("segmentPattern", () => {
  for (const [pattern, name, matches] of [
    ["app-?.log", "app-1.log", true],
    ["app-?.log", "app-10.log", false],
    ["app[0-9].log", "app7.log", true],
    ["app[!0-9].log", "app7.log", false],
    ["app[!0-9].log", "appx.log", true],
    ["a.log", "axlog", false],
    ["\\*.log", "*.log", true],
    ["\\*.log", "a.log", false],
    ["[.log", "[.log", true],
    ["a+b(c)*", "a+b(c)d", true],
  ] as const)
    it(`${matches ? "lets" : "does not let"} ${pattern} stand for ${name}`, () => {
      assert.equal(segmentPattern(pattern).test(name), matches);
    });
});

describe("expandBraces", () => {
  it("expands every alternative, nested braces too, and leaves unclosed braces", () => {
    assert.deepEqual(expandBraces("{a,b{c,d}}.log"), ["a.log", "bc.log", "bd.log"]);
    assert.deepEqual(expandBraces("{a,b"), ["{a,b"]);
    assert.deepEqual(expandBraces("\\{a,b}"), ["\\{a,b}"]);
  });
});

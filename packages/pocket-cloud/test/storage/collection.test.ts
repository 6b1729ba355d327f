import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Collection } from "../../storage/collection";
import { temporaryDirectory } from "../temporary";

describe("Collection", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("is the same after a restart, with dates and bytes", () => {
    const first = new Collection<{ made: Date; bytes: Uint8Array; tags: Record<string, string> }>(
      dir.path,
      "streams",
    );
    first.set("prices", {
      made: new Date("2026-01-02T03:04:05.678Z"),
      bytes: Buffer.from([0, 255]),
      tags: { a: "b" },
    });
    const again = new Collection<{ made: Date; bytes: Uint8Array; tags: Record<string, string> }>(
      dir.path,
      "streams",
    );
    assert.deepEqual(again.get("prices"), {
      made: new Date("2026-01-02T03:04:05.678Z"),
      bytes: Buffer.from([0, 255]),
      tags: { a: "b" },
    });
  });

  it("saves updates and deletions", () => {
    const items = new Collection<{ n: number }>(dir.path, "counters");
    items.set("a", { n: 1 });
    items.set("b", { n: 1 });
    items.update("a", (item) => {
      item.n = 2;
    });
    assert.equal(items.delete("b"), true);
    assert.equal(items.delete("b"), false);
    assert.deepEqual(new Collection(dir.path, "counters").values(), [{ n: 2 }]);
  });

  it("lists in key order", () => {
    const items = new Collection<{ n: number }>(dir.path, "sorted");
    for (const key of ["b", "a", "c"]) items.set(key, { n: 1 });
    assert.deepEqual(items.keys(), ["a", "b", "c"]);
  });

  it("leaves no temporary file behind, and the file is whole JSON after each change", () => {
    const items = new Collection<{ n: number }>(dir.path, "whole");
    for (let n = 0; n < 20; n++) {
      items.set(`key ${n}`, { n });
      JSON.parse(readFileSync(join(dir.path, "whole.json"), "utf8"));
    }
    assert.deepEqual(
      readdirSync(dir.path).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  it("stores any key, including names of Object's prototype", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor"))),
        (keys) => {
          const items = new Collection<{ key: string }>(dir.path, "any");
          for (const key of items.keys()) items.delete(key);
          for (const key of keys) items.set(key, { key });
          assert.deepEqual(
            new Collection<{ key: string }>(dir.path, "any").values().map((item) => item.key),
            [...keys].sort(),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it("names a damaged file, what it held and the cure", () => {
    const path = join(dir.path, "streams.json");
    writeFileSync(path, '[["a",{"n"');
    assert.throws(
      () => new Collection(dir.path, "streams"),
      (error: Error) => {
        assert.ok(error.message.startsWith(`${path} is damaged: it held the streams of `), error.message);
        assert.match(error.message, /npm start -- --fresh/);
        return true;
      },
    );
  });
});

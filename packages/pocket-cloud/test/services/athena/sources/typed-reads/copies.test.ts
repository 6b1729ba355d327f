import { strict as assert } from "node:assert";
import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { TypedCopies } from "../../../../../services/athena/sources/typed-reads/copies";
import { temporaryDirectory } from "../../../../temporary";

const MIB = 1 << 20;

describe("Typed copies", () => {
  const { path, remove } = temporaryDirectory();
  after(remove);

  /** Writes a copy of a size, and releases it. */
  const write = (copies: TypedCopies, size: number, ...names: string[]): string => {
    const query = copies.forQuery();
    const file = query.newPath();
    writeFileSync(file, "");
    truncateSync(file, size);
    query.add(file, names);
    query.release();
    return file;
  };

  it("are found by each of their partitions, and the latest of a partition", () => {
    const copies = new TypedCopies(`${path}/found`);
    const first = write(copies, 10, "a", "b");
    const second = write(copies, 10, "c", "b");
    const query = copies.forQuery();
    assert.deepEqual(
      ["a", "b", "c", "d"].map((name) => query.find(name)),
      [{ path: first, group: 0 }, { path: second, group: 1 }, { path: second, group: 0 }, undefined],
    );
    query.release();
  });

  it("are deleted beyond 256 MiB, the least recently used first, and none that a query reads", () => {
    const copies = new TypedCopies(`${path}/deleted`);
    const files = ["a", "b", "c"].map((name) => write(copies, 80 * MIB, name));
    const reader = copies.forQuery();
    assert.ok(reader.find("a"));
    assert.ok(copies.forQuery().find("b"));
    const reused = copies.forQuery();
    reused.find("c");
    reused.release();
    files.push(write(copies, 80 * MIB, "d"));
    assert.deepEqual(
      files.map((file) => existsSync(file)),
      [true, true, false, true],
    );
    assert.equal(copies.forQuery().find("c"), undefined);
    const large = write(copies, 240 * MIB, "e");
    assert.deepEqual(
      files.map((file) => existsSync(file)),
      [true, true, false, false],
    );
    assert.equal(existsSync(large), false);
    reader.release();
    write(copies, 120 * MIB, "f");
    assert.deepEqual(
      files.map((file) => existsSync(file)),
      [false, true, false, false],
    );
  });

  it("are at most 64", () => {
    const copies = new TypedCopies(`${path}/many`);
    const files = Array.from({ length: 66 }, (_, i) => write(copies, 1, `${i}`));
    assert.deepEqual(
      files.filter((file) => !existsSync(file)).map((file) => basename(file)),
      ["0.parquet", "1.parquet"],
    );
  });

  it("take the path of a deleted one when its file's time surely differs", () => {
    const copies = new TypedCopies(`${path}/again`);
    const { now } = Date;
    let time = 10_000;
    Date.now = () => time;
    try {
      copies.delete(copies.newPath());
      time += 1999;
      assert.equal(basename(copies.newPath()), "1.parquet");
      time += 1;
      assert.equal(basename(copies.newPath()), "0.parquet");
      assert.equal(basename(copies.newPath()), "2.parquet");
    } finally {
      Date.now = now;
    }
  });

  it("are made of at most 64 MiB of CSV", () => {
    const query = new TypedCopies(path).forQuery();
    assert.equal(query.admits(64 * MIB), true);
    assert.equal(query.admits(64 * MIB + 1), false);
  });
});

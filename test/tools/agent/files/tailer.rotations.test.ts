import { strict as assert } from "node:assert";
import { rmSync, truncateSync } from "node:fs";
import { tailerLabs } from "./tailer-lab";

describe("Tailer", () => {
  const lab = tailerLabs();

  describe("a rotation", () => {
    it("by renaming and creating: the rest of the old file is read, and all of the new", () => {
      const { write, append, rename, poll, said } = lab();
      write("a.log", "1\n");
      assert.deepEqual(poll(), ["1\n"]);
      append("a.log", "2\n");
      rename("a.log", "a.log.1");
      write("a.log", "3\n");
      append("a.log.1", "late\n");
      assert.deepEqual(poll().sort(), ["2\n", "3\n", "late\n"]);
      assert.deepEqual(said, ["a.log is now a.log.1; continuing at 2"]);
    });

    it("by copying and truncating: only the unread part of the copy is sent", () => {
      const { write, append, copy, path, poll, said } = lab();
      write("a.log", "1\n");
      assert.deepEqual(poll(), ["1\n"]);
      append("a.log", "2\n");
      copy("a.log", "a.log.1");
      truncateSync(path("a.log"));
      append("a.log", "3\n");
      assert.deepEqual([...poll(), ...poll()].sort(), ["2\n", "3\n"]);
      assert.deepEqual(said, [
        "a.log was truncated or replaced after 2 bytes were read",
        "a.log.1 is a copy of the former a.log; continuing at 2",
      ]);
    });

    it("seen between copy and truncation: the copy waits", () => {
      const { write, append, copy, path, poll } = lab();
      write("a.log", "1\n");
      poll();
      copy("a.log", "a.log.1");
      assert.deepEqual(poll(), []);
      append("a.log", "2\n");
      assert.deepEqual(poll(), ["2\n"]);
      copy("a.log", "a.log.1");
      truncateSync(path("a.log"));
      assert.deepEqual([...poll(), ...poll()], []);
    });

    it("sends a copy whose original is not truncated, after a delay", () => {
      const { write, copy, poll, said } = lab();
      write("a.log", "1\n");
      poll();
      copy("a.log", "b.log");
      assert.deepEqual(poll(), []);
      assert.deepEqual(poll(5100), ["1\n"]);
      assert.deepEqual(said, [
        "b.log has the same content as another file that still exists: it is sent too",
      ]);
    });

    it("sends a file at once that only begins like another", () => {
      const { write, append, poll } = lab();
      write("a.log", "header\n1\n");
      poll();
      write("b.log", "header\n");
      assert.deepEqual(poll(), []);
      append("b.log", "2\n");
      assert.deepEqual(poll(), ["header\n", "2\n"]);
    });

    it("reads a waiting copy that is deleted meanwhile", () => {
      const { write, path, poll } = lab();
      write("a.log", "header\n1\n");
      poll();
      write("b.log", "header\n");
      assert.deepEqual(poll(), []);
      rmSync(path("b.log"));
      assert.deepEqual(poll(), ["header\n"]);
    });

    it("by truncation alone: the new content is read from its start, whatever its length", () => {
      const { write, poll } = lab();
      write("a.log", "1\n2\n");
      poll();
      write("a.log", "3\n");
      assert.deepEqual([...poll(), ...poll()], ["3\n"]);
      write("a.log", "4\n5\n6\n7\n");
      assert.deepEqual([...poll(), ...poll()], ["4\n", "5\n", "6\n", "7\n"]);
    });
  });

  describe("a file that goes away", () => {
    it("is read to its end when deleted while read", () => {
      const { write, append, path, poll, said } = lab();
      write("a.log", "1\n");
      poll();
      append("a.log", "2\n");
      rmSync(path("a.log"));
      assert.deepEqual(poll(), ["2\n"]);
      assert.deepEqual(said, ["a.log was deleted; reading the rest of it"]);
    });

    it("is closed when all of it is acknowledged and it no longer changes", () => {
      const world = lab();
      world.write("a.log", "1\n");
      world.deliver();
      rmSync(world.path("a.log"));
      world.deliver();
      assert.deepEqual(
        world.checkpoint.map(({ offset }) => offset),
        [2],
      );
      world.deliver(10_100);
      assert.deepEqual(world.checkpoint, []);
    });

    it("is read to its end when renamed out of the pattern", () => {
      const { write, append, rename, poll } = lab();
      write("a.log", "1\n");
      poll();
      rename("a.log", "old");
      append("old", "2\n");
      assert.deepEqual(poll(), ["2\n"]);
    });

    it("is found under its new name after a restart", () => {
      const world = lab();
      world.write("a.log", "1\n");
      world.deliver();
      world.append("a.log", "2\n");
      world.rename("a.log", "old");
      world.write("a.log", "3\n");
      world.restart();
      assert.deepEqual(world.poll().sort(), ["2\n", "3\n"]);
    });
  });

  describe("a restart", () => {
    it("continues after the lines acknowledged without a gap", () => {
      const world = lab();
      world.write("a.log", "1\n2\n3\n4\n");
      const [first, second, , fourth] = world.records();
      for (const record of [fourth, second]) record?.file.acknowledge(record.end);
      assert.deepEqual(
        world.checkpoint.map(({ offset }) => offset),
        [0],
      );
      first?.file.acknowledge(first.end);
      assert.deepEqual(
        world.checkpoint.map(({ offset }) => offset),
        [4],
      );
      world.restart();
      assert.deepEqual(world.poll(), ["3\n", "4\n"]);
    });

    it("finds the copy and the new content of a file that was rotated meanwhile", () => {
      const world = lab();
      world.write("a.log", "1\n");
      world.deliver();
      world.append("a.log", "2\n");
      world.copy("a.log", "a.log.1");
      world.write("a.log", "3\n");
      world.restart();
      assert.deepEqual([...world.poll(), ...world.poll()].sort(), ["2\n", "3\n"]);
    });

    it("preserves the position of content whose copy has not appeared yet", () => {
      const world = lab();
      world.write("a.log", "1\n2\n");
      world.deliver();
      world.copy("a.log", "aside");
      world.write("a.log", "3\n");
      world.deliver();
      world.deliver();
      world.restart();
      world.append("aside", "4\n");
      world.rename("aside", "a.log.1");
      assert.deepEqual(world.poll(), ["4\n"]);
    });

    it("recognizes a new file with the inode of a deleted one", () => {
      const world = lab();
      world.write("a.log", "1\n");
      world.deliver();
      const [saved] = world.checkpoint;
      world.write("b.log", "2\n3\n");
      world.restart();
      const b = world.records().find(({ file }) => file.path.endsWith("b.log"))?.file.id;
      assert.ok(saved && b);
      rmSync(world.path("a.log"));
      world.restart([{ ...saved, id: b }]);
      assert.deepEqual(world.poll(), ["2\n", "3\n"]);
    });
  });
});

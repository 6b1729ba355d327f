import { strict as assert } from "node:assert";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { long, tailerLabs } from "./tailer-lab";

describe("Tailer", () => {
  const lab = tailerLabs();

  describe("at its first start", () => {
    it("begins with the first line of every file with START_OF_FILE", () => {
      const { write, poll } = lab({}, "first start");
      write("a.log", "1\n2\n");
      write("b.log", "3\n");
      assert.deepEqual(poll(), ["1\n", "2\n", "3\n"]);
    });

    it("begins after the last complete line with END_OF_FILE, and at the start of later files", () => {
      const { write, append, poll } = lab({ initialPosition: "END_OF_FILE" }, "first start");
      write("a.log", "1\n2\n3");
      assert.deepEqual(poll(), []);
      append("a.log", "4\n5\n");
      write("b.log", "6\n");
      assert.deepEqual(poll().sort(), ["34\n", "5\n", "6\n"]);
    });

    it("skips a header that is incomplete at END_OF_FILE", () => {
      const { write, append, poll } = lab(
        { initialPosition: "END_OF_FILE", skipHeaderLines: 2 },
        "first start",
      );
      write("a.log", "# one\n");
      assert.deepEqual(poll(), []);
      append("a.log", "# two\n1\n");
      assert.deepEqual(poll(), ["1\n"]);
    });

    it("does not move to END_OF_FILE again after a restart", () => {
      const world = lab({ initialPosition: "END_OF_FILE" }, "first start");
      world.write("a.log", "1\n");
      world.poll();
      world.append("a.log", "2\n");
      world.write("b.log", "3\n");
      world.restart();
      assert.deepEqual(world.poll(), ["2\n", "3\n"]);
    });
  });

  describe("lines", () => {
    it("waits for the end of a line", () => {
      const { write, append, poll } = lab();
      write("a.log", "1\n2");
      assert.deepEqual(poll(), ["1\n"]);
      append("a.log", "2");
      assert.deepEqual(poll(), []);
      append("a.log", "2\n");
      assert.deepEqual(poll(), ["222\n"]);
    });

    it("takes the bytes as they are", () => {
      const { dir, records } = lab();
      const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x0a]);
      writeFileSync(join(dir, "a.log"), bytes);
      assert.deepEqual(
        records().map(({ data }) => [...data]),
        [[0xff, 0x00, 0x0d, 0x0a], [0x0a]],
      );
    });

    it("skips the header of every file, and again after truncation", () => {
      const { write, append, poll } = lab({ skipHeaderLines: 2 });
      write("a.log", "# one\n");
      write("b.log", "# one\n# two\nb\n");
      assert.deepEqual(poll(), ["b\n"]);
      append("a.log", "# two\na\n");
      assert.deepEqual(poll(), ["a\n"]);
      write("a.log", "#\n#\nc\n");
      assert.deepEqual(poll(), ["c\n"]);
    });

    it("returns the beginning of a line longer than a record once it is complete, then the next lines", () => {
      const { write, append, poll } = lab();
      write("a.log", "x".repeat(200));
      assert.deepEqual(poll(), []);
      append("a.log", "x\ny\n");
      assert.deepEqual(poll(), [`${"x".repeat(64)}(cut)`, "y\n"]);
    });

    it("continues after a line longer than a record after a restart", () => {
      const world = lab({}, []);
      world.write("a.log", `${"x".repeat(3000)}\n1\n`);
      assert.equal(world.deliver().length, 2);
      world.append("a.log", "2\n");
      world.restart();
      assert.deepEqual(world.poll(), ["2\n"]);
    });
  });

  describe("multi-line records", () => {
    const multiLineStart = /^\d/;

    it("end where the next begins", () => {
      const { write, append, poll } = lab({ multiLineStart });
      write("a.log", "1 a\n  b\n2 c\n");
      assert.deepEqual(poll(), ["1 a\n  b\n"]);
      append("a.log", "  d\n3 e\n");
      assert.deepEqual(poll(), ["2 c\n  d\n"]);
    });

    it("end with their file once it has not grown for five seconds", () => {
      const { write, poll } = lab({ multiLineStart });
      write("a.log", "1 a\n  b\n");
      assert.deepEqual(poll(), []);
      assert.deepEqual(poll(4900), []);
      assert.deepEqual(poll(200), ["1 a\n  b\n"]);
    });

    it("are split between lines when they exceed a record", () => {
      const { write, poll } = lab({ multiLineStart });
      write("a.log", `1${long("a")} ${long("b")}2\n`);
      assert.deepEqual(poll(), [`1${long("a")}`, ` ${long("b")}`]);
    });
  });

  it("reads the other files when one cannot be read, and says so once", () => {
    const { write, path, poll, said } = lab();
    write("a.log", "1\n");
    // A name that leads to itself.
    symlinkSync("b.log", path("b.log"));
    assert.deepEqual(poll(), ["1\n"]);
    poll();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^cannot read: ELOOP: .*b\.log/);
    rmSync(path("b.log"));
    write("b.log", "2\n");
    assert.deepEqual(poll(), ["2\n"]);
  });
});

import { strict as assert } from "node:assert";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Tailer, type TailerOptions } from "../../../../tools/agent/files/tailer";
import type { Checkpoint, RawRecord } from "../../../../tools/agent/files/tracked-file";
import { temporaryDirectory } from "../../../support/temporary";

/** A tailer of the *.log* files of a folder of its own, and a clock. */
class Lab {
  readonly said: string[] = [];
  #now = 1_000_000;
  #tailer: Tailer;

  constructor(
    readonly dir: string,
    private readonly options: Partial<TailerOptions>,
    saved: readonly Checkpoint[] | undefined,
  ) {
    mkdirSync(dir);
    this.#tailer = this.#make(saved);
  }

  path = (name: string) => join(this.dir, name);
  write = (name: string, text: string) => writeFileSync(this.path(name), text);
  append = (name: string, text: string) => appendFileSync(this.path(name), text);
  rename = (from: string, to: string) => renameSync(this.path(from), this.path(to));
  copy = (from: string, to: string) => copyFileSync(this.path(from), this.path(to));

  get checkpoint(): Checkpoint[] {
    return this.#tailer.checkpoint();
  }

  records = (later = 100): RawRecord[] => {
    this.#now += later;
    this.#tailer.scan(this.#now);
    return this.#tailer.read(1_000_000, this.#now);
  };

  poll = (later = 100): string[] =>
    this.records(later).map(({ data, cut }) => `${data}${cut ? "(cut)" : ""}`);

  /** Reads, and has all of it acknowledged. */
  deliver = (later = 100): string[] => {
    const records = this.records(later);
    for (const record of records) record.file.acknowledge(record.end);
    return records.map(({ data }) => String(data));
  };

  restart(saved: readonly Checkpoint[] | undefined = this.checkpoint): void {
    this.#tailer.close();
    this.#tailer = this.#make(JSON.parse(JSON.stringify(saved)));
  }

  close(): void {
    this.#tailer.close();
  }

  #make(saved: readonly Checkpoint[] | undefined): Tailer {
    return new Tailer(
      {
        filePattern: join(this.dir, "*.log*"),
        initialPosition: "START_OF_FILE",
        skipHeaderLines: 0,
        multiLineStart: undefined,
        recordBytes: 64,
        log: (what) => this.said.push(what.replaceAll(`${this.dir}/`, "")),
        ...this.options,
      },
      saved,
      this.#now,
    );
  }
}

describe("Tailer", () => {
  const base = temporaryDirectory();
  const labs: Lab[] = [];
  after(() => {
    for (const lab of labs) lab.close();
    base.remove();
  });
  const lab = (options: Partial<TailerOptions> = {}, saved: "first start" | Checkpoint[] = []): Lab => {
    const made = new Lab(
      join(base.path, String(labs.length)),
      options,
      saved === "first start" ? undefined : saved,
    );
    labs.push(made);
    return made;
  };
  const long = (c: string) => `${c.repeat(40)}\n`;

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

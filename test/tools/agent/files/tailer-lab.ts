import { appendFileSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
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

/** Labs for the tests of a suite. */
export function tailerLabs() {
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
  return lab;
}

export const long = (c: string) => `${c.repeat(40)}\n`;

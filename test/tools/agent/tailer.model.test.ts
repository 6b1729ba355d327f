import { strict as assert } from "node:assert";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Tailer } from "../../../tools/agent/files/tailer";
import type { Checkpoint, RawRecord } from "../../../tools/agent/files/tracked-file";
import { temporaryDirectory } from "../../support/temporary";

/** More by RUNS=2000 in the environment. */
const RUNS = Number(process.env.RUNS ?? 120);

type Op =
  | { readonly kind: "append"; readonly lines: number; readonly open: boolean }
  | { readonly kind: "appendToRotated" | "rename" | "shift" | "renameOut" | "truncate" | "delete" | "poll" }
  | { readonly kind: "copyTruncate"; readonly looks: number }
  | { readonly kind: "acknowledge"; readonly luck: number }
  | { readonly kind: "save" | "restart" };

const ops: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      lines: fc.integer({ min: 1, max: 40 }),
      open: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.constant({ kind: "poll" } as const) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("acknowledge" as const), luck: fc.nat(0xffff) }) },
  { weight: 3, arbitrary: fc.constant({ kind: "save" } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: "restart" } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("copyTruncate" as const), looks: fc.nat(2) }) },
  ...(["appendToRotated", "rename", "shift", "renameOut", "truncate", "delete"] as const).map((kind) => ({
    weight: 1,
    arbitrary: fc.constant({ kind } as Op),
  })),
);

/** A writer, a rotating tool, and an agent that may be killed; all of them on real files. */
class World {
  readonly #current: string;
  #tailer: Tailer;
  #saved: Checkpoint[] = [];
  #now = 1_000_000;
  #serial = 0;
  #rotations = 0;
  /** Of the current file: its number, and a line that has no end yet. */
  #content = 0;
  /** The content of the file that was renamed last. */
  #renamed = 0;
  #partial: string | undefined;
  readonly #written = new Map<string, number>();
  /** The number of the agent that sent a line last. */
  readonly #sent = new Map<string, number>();
  #life = 1;
  readonly #firstSent = new Map<number, number>();
  #inFlight: RawRecord[] = [];
  readonly #acknowledged = new Set<string>();
  /** Acknowledged once, whatever was killed later. */
  readonly #arrived = new Set<string>();
  /** Sent, and under a checkpoint: never to be sent again. */
  readonly #safe = new Set<string>();
  /** No file has them any more, and the agent had no chance to see them or was killed with them. */
  readonly #excused = new Set<string>();
  readonly violations: string[] = [];

  constructor(private readonly dir: string) {
    this.#current = join(dir, "app.log");
    this.#tailer = this.#start();
    this.#tailer.scan(this.#now);
  }

  play(op: Op): void {
    const moves: Record<Op["kind"], () => void> = {
      append: () => op.kind === "append" && this.#append(op.lines, op.open),
      appendToRotated: () => this.#appendToRotated(),
      rename: () => this.#rename(`app.log.${++this.#rotations}`),
      shift: () => this.#shift(),
      renameOut: () => this.#rename(`old.${++this.#rotations}`),
      truncate: () => this.#truncate(),
      delete: () => this.#delete(),
      copyTruncate: () => op.kind === "copyTruncate" && this.#copyTruncate(op.looks),
      poll: () => this.#poll(),
      acknowledge: () => op.kind === "acknowledge" && this.#acknowledge(op.luck),
      save: () => this.#save(),
      restart: () => this.#restart(),
    };
    moves[op.kind]();
  }

  /** Everything comes to rest, and what was written has to have been sent. */
  finish(): void {
    for (let i = 0; i < 4; i++) {
      this.#poll();
      this.#now += 10_000;
    }
    this.#acknowledge(0);
    for (const line of this.#written.keys())
      if (!this.#arrived.has(line) && !this.#excused.has(line))
        this.violations.push(`never arrived: ${line}`);
    for (const line of this.#sent.keys())
      if (!this.#written.has(line)) this.violations.push(`nobody wrote ${line}`);
    this.#tailer.close();
  }

  #start(): Tailer {
    return new Tailer(
      {
        filePattern: join(this.dir, "app.log*"),
        initialPosition: "START_OF_FILE",
        skipHeaderLines: 0,
        multiLineStart: undefined,
        recordBytes: 4096,
        log: () => {},
      },
      this.#saved,
      this.#now,
    );
  }

  #append(lines: number, open: boolean): void {
    for (let i = 0; i < lines; i++) {
      if (this.#partial === undefined) appendFileSync(this.#current, this.#nextLine(open && i === lines - 1));
      else this.#complete(this.#current);
    }
  }

  /** Lines differ; some are long. */
  #nextLine(open: boolean): string {
    const serial = ++this.#serial;
    const line = `${this.#content}-${serial}${serial % 7 === 0 ? "x".repeat(serial % 500) : ""}`;
    if (open) {
      this.#partial = line;
      return line.slice(0, line.length / 2);
    }
    this.#written.set(line, this.#content);
    return `${line}\n`;
  }

  #complete(path: string): void {
    const line = this.#partial;
    if (line === undefined) return;
    appendFileSync(path, `${line.slice(line.length / 2)}\n`);
    this.#written.set(line, this.#content);
    this.#partial = undefined;
  }

  /** A program that has not noticed the rotation yet. */
  #appendToRotated(): void {
    const last = join(this.dir, `app.log.${this.#rotations}`);
    if (!existsSync(last)) return;
    const line = `${this.#renamed}-${++this.#serial}`;
    appendFileSync(last, `${line}\n`);
    this.#written.set(line, this.#renamed);
  }

  #rename(to: string): void {
    if (!existsSync(this.#current)) return;
    this.#complete(this.#current);
    // A name outside the pattern is found by the checkpoint alone.
    if (to.startsWith("old.")) this.#meetFiles();
    renameSync(this.#current, join(this.dir, to));
    this.#renamed = this.#content++;
  }

  /** app.log.1 becomes app.log.2 and so on, as logrotate does; the last is deleted. */
  #shift(): void {
    if (!existsSync(this.#current)) return;
    this.#complete(this.#current);
    this.#meetFiles();
    const name = (n: number) => join(this.dir, `app.log.s${n}`);
    if (existsSync(name(3))) rmSync(name(3));
    for (const n of [2, 1]) if (existsSync(name(n))) renameSync(name(n), name(n + 1));
    renameSync(this.#current, name(1));
    this.#content++;
  }

  #truncate(): void {
    if (!existsSync(this.#current)) return;
    this.#complete(this.#current);
    // Content that the agent has not read is lost for every agent.
    for (const line of linesOf(this.#current))
      if (this.#sent.get(line) !== this.#life) this.#excused.add(line);
    truncateSync(this.#current);
    this.#content++;
  }

  /** The agent has the file open, so it can read on. */
  #delete(): void {
    if (!existsSync(this.#current)) return;
    this.#complete(this.#current);
    this.#meetFiles();
    rmSync(this.#current);
    this.#content++;
  }

  /** An agent saves what files there are as soon as it has seen them. */
  #meetFiles(): void {
    this.#now += 100;
    this.#tailer.scan(this.#now);
    this.#save();
  }

  #copyTruncate(looks: number): void {
    if (!existsSync(this.#current)) return;
    this.#complete(this.#current);
    copyFileSync(this.#current, join(this.dir, `app.log.c${++this.#rotations}`));
    for (let i = 0; i < looks; i++) this.#poll();
    truncateSync(this.#current);
    this.#content++;
  }

  #poll(): void {
    this.#now += 100;
    this.#tailer.scan(this.#now);
    for (
      let got = this.#tailer.read(2000, this.#now);
      got.length > 0;
      got = this.#tailer.read(2000, this.#now)
    )
      for (const record of got) this.#send(record);
  }

  #send(record: RawRecord): void {
    const line = lineOf(record);
    const content = this.#written.get(line) ?? Number.NaN;
    const serial = serialOf(line);
    if (this.#safe.has(line)) this.violations.push(`sent again though it was safe: ${line}`);
    if (this.#sent.get(line) === this.#life) this.violations.push(`sent twice by one agent: ${line}`);
    if (!this.#sent.has(line) && (this.#firstSent.get(content) ?? 0) > serial)
      this.violations.push(`out of order: ${line}`);
    this.#firstSent.set(content, Math.max(serial, this.#firstSent.get(content) ?? 0));
    this.#sent.set(line, this.#life);
    this.#inFlight.push(record);
    this.#acknowledged.delete(line);
  }

  /** Acknowledges some of the records in flight, in any order. */
  #acknowledge(luck: number): void {
    const [arrived, still] = [[] as RawRecord[], [] as RawRecord[]];
    this.#inFlight.forEach((record, i) => {
      (luck % 3 === 0 || (luck >> (i % 13)) & 1 ? arrived : still).push(record);
    });
    for (const record of arrived.reverse()) {
      record.file.acknowledge(record.end);
      this.#acknowledged.add(lineOf(record));
      this.#arrived.add(lineOf(record));
    }
    this.#inFlight = still;
  }

  #save(): void {
    this.#saved = JSON.parse(JSON.stringify(this.#tailer.checkpoint())) as Checkpoint[];
    const waiting = new Map<number, number>();
    for (const line of this.#inFlight.map(lineOf)) {
      const content = this.#written.get(line) ?? 0;
      waiting.set(content, Math.min(serialOf(line), waiting.get(content) ?? Number.POSITIVE_INFINITY));
    }
    for (const line of this.#acknowledged)
      if (serialOf(line) < (waiting.get(this.#written.get(line) ?? 0) ?? Number.POSITIVE_INFINITY))
        this.#safe.add(line);
  }

  /** Kills the agent: records in flight are lost, and so are lines that no file contains any more. */
  #restart(): void {
    this.#tailer.close();
    this.#inFlight = [];
    this.#acknowledged.clear();
    this.#life++;
    const there = new Set(readdirSync(this.dir).flatMap((name) => linesOf(join(this.dir, name))));
    for (const line of this.#written.keys())
      if (!there.has(line) && !this.#safe.has(line)) this.#excused.add(line);
    this.#tailer = this.#start();
  }
}

const linesOf = (path: string): string[] => readFileSync(path, "utf8").split("\n");
const lineOf = ({ data }: RawRecord): string => data.toString("utf8").slice(0, -1);
const serialOf = (line: string): number => Number(/-(\d+)/.exec(line)?.[1]);

describe("A tailer among rotations, truncations, failed acknowledgements and kills", function () {
  this.timeout(20_000 + RUNS * 20);
  const base = temporaryDirectory();
  after(base.remove);
  let serial = 0;

  it("sends every complete line in order, and repeats none before a checkpoint", () => {
    fc.assert(
      fc.property(fc.array(ops, { minLength: 5, maxLength: 60 }), (played) => {
        const dir = join(base.path, String(++serial));
        mkdirSync(dir);
        const world = new World(dir);
        for (const op of played) world.play(op);
        world.finish();
        rmSync(dir, { recursive: true });
        assert.deepEqual(world.violations, []);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });
});

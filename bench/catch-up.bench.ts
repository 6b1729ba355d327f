import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { scripts } from "../package.json";
import type { Bench, Figure, Pace } from "./bench";
import { floorMillis } from "./catch-up-floor";

const HOURS = 48;
const QUICK_HOURS = 2;
const POLLS_AN_HOUR = 12;
const root = join(__dirname, "..");

/** When `npm start` got to each point, in milliseconds after its start. */
interface Course {
  readonly console: number;
  readonly firstReport: number;
  readonly played: number;
  /** Processor time of all threads while it played, in milliseconds; NaN where the system does not tell. */
  readonly processor: number;
}

function run(script: "start" | "report", options: readonly string[]) {
  const [, ...command] = scripts[script].split(" ");
  return spawn(process.execPath, [...command, ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `npm start` once, and asks for a report as soon as the console is up, until it has rows. */
async function start(dir: string, hours: number): Promise<Course> {
  const began = performance.now();
  const since = () => performance.now() - began;
  const child = run("start", ["--once", "--port", "0", "--hours", String(hours), "--dir", dir]);
  child.stdout.resume();
  const ended = once(child, "exit");
  const course = { console: Number.NaN, played: Number.NaN, deployed: Number.NaN, processor: Number.NaN };
  let asking: Promise<number> | undefined;
  const last: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    last.push(line);
    if (line.startsWith("console: open")) {
      course.console = since();
      asking = firstReport(dir, since);
    } else if (line.startsWith("deployed")) course.deployed = processorMillis(child.pid);
    else if (line.startsWith("played")) {
      course.played = 1000 * Number(/in ([\d.]+) s$/.exec(line)?.[1]);
      course.processor = processorMillis(child.pid) - course.deployed;
    }
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`npm start ended with ${code}: ${last.slice(-3).join("; ")}`);
  return { ...course, firstReport: (await asking) ?? Number.NaN };
}

const ATTEMPTS = 60;

async function firstReport(dir: string, since: () => number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const child = run("report", [
      "ohlc",
      "--coins",
      "bitcoin",
      "--since",
      "3d",
      "--format",
      "csv",
      "--dir",
      dir,
    ]);
    child.stderr.resume();
    let lines = 0;
    for await (const _ of createInterface({ input: child.stdout })) lines++;
    // The first line has the names of the columns.
    if (lines > 1) return since();
  }
  throw new Error(`no report had rows in ${ATTEMPTS} attempts`);
}

/** Hundredths of a second, in the file where Linux tells a process's times. */
const TICK_MS = 10;

function processorMillis(pid = 0): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const text = readFileSync(file, "utf8");
  const [user, system] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return TICK_MS * (Number(user) + Number(system));
}

async function measure({ quick }: Pace): Promise<Figure[]> {
  const hours = quick ? QUICK_HOURS : HOURS;
  const polls = hours * POLLS_AN_HOUR;
  const dir = mkdtempSync(join(tmpdir(), "bench-catch-up-"));
  try {
    const course = await start(dir, hours);
    const note = `load ${loadavg()[0]?.toFixed(1)}`;
    const seconds = (milliseconds: number) => milliseconds / 1000;
    return [
      {
        metric: "until the console answers",
        value: seconds(course.console),
        unit: "s",
        target: { atMost: 5 },
        note,
      },
      {
        metric: "until a report has rows",
        value: seconds(course.firstReport),
        unit: "s",
        target: { atMost: 10 },
        note,
      },
      {
        metric: `${hours} h of the market`,
        value: seconds(course.played),
        unit: "s",
        target: { atMost: 12 },
        note: NOTE,
      },
      ...(Number.isNaN(course.processor) ? [] : [processorFigure(course.processor / polls, polls, note)]),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

const processorFigure = (value: number, polls: number, note: string): Figure => ({
  metric: "processor time of a poll, of all threads",
  value,
  unit: "ms",
  against: { what: "its rows through the functions' cores alone", value: floorMillis(polls) / polls },
  target: { atMost: 10 },
  note,
});

const NOTE = "with consumers that return at once it takes 11 s: the rest is their SDK calls";

export const bench: Bench = {
  name: `npm start: ${HOURS} hours of 250 coins every five minutes`,
  run: measure,
};

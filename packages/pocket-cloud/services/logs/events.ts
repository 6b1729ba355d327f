import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDirectory, PRIVATE_FILE } from "../../storage/private";

export interface LogEvent {
  /** Sorts the events of a stream by time, then by arrival. */
  readonly id: string;
  readonly timestamp: number;
  readonly ingested: number;
  readonly message: string;
}

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface Summary {
  first?: number;
  last?: number;
  lastIngested?: number;
  bytes: number;
}

type Line = readonly [timestamp: number, ingested: number, message: string];

export const DAY_MS = 24 * 3600 * 1000;
const SUFFIX = ".ndjson";
const NEWLINE = 0x0a;
const TIME_DIGITS = 15;
const LINE_DIGITS = 10;

/** The events of one stream, in a file of JSON lines for each UTC day, so that retention deletes whole files. */
export class EventFiles {
  #summary: Summary | undefined;

  constructor(readonly dir: string) {}

  append(events: readonly { timestamp: number; message: string }[], ingested: number): void {
    const summary = this.summary();
    const byDay = new Map<string, string>();
    for (const { timestamp, message } of events) {
      const day = dayOf(timestamp);
      const line: Line = [timestamp, ingested, message];
      byDay.set(day, `${byDay.get(day) ?? ""}${JSON.stringify(line)}\n`);
      addTo(summary, line);
    }
    makePrivateDirectory(this.dir);
    for (const [day, text] of byDay)
      appendFileSync(join(this.dir, day + SUFFIX), text, { mode: PRIVATE_FILE });
  }

  /** Events in [from, to), oldest first. */
  read({ from, to }: Span): LogEvent[] {
    const events: LogEvent[] = [];
    for (const day of this.#days()) {
      if (day < dayOf(from) || day > dayOf(to)) continue;
      this.#load(day).forEach(([timestamp, ingested, message], index) => {
        if (timestamp >= from && timestamp < to)
          events.push({ id: idOf(timestamp, index), timestamp, ingested, message });
      });
    }
    return events.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  summary(): Summary {
    if (this.#summary) return this.#summary;
    const summary: Summary = { bytes: 0 };
    for (const day of this.#days()) for (const line of this.#load(day)) addTo(summary, line);
    this.#summary = summary;
    return summary;
  }

  deleteBefore(horizon: number): void {
    const expired = this.#days().filter((day) => Date.parse(day) + DAY_MS <= horizon);
    if (expired.length === 0) return;
    for (const day of expired) rmSync(join(this.dir, day + SUFFIX), { force: true });
    this.#summary = undefined;
  }

  #days(): string[] {
    try {
      return readdirSync(this.dir)
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => name.slice(0, -SUFFIX.length))
        .sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  /** Reads a file and removes an incomplete last line: the process was killed before it acknowledged that call. */
  #load(day: string): Line[] {
    const path = join(this.dir, day + SUFFIX);
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    if (whole < bytes.byteLength) truncateSync(path, whole);
    const lines = bytes.toString("utf8", 0, whole).split("\n");
    lines.pop();
    return lines.map((line) => JSON.parse(line) as Line);
  }
}

/** The bytes that AWS adds to the size of each event. */
const EVENT_OVERHEAD = 26;

export const sizeOf = (message: string): number => Buffer.byteLength(message) + EVENT_OVERHEAD;

function addTo(summary: Summary, [timestamp, ingested, message]: Line): void {
  summary.first = Math.min(summary.first ?? timestamp, timestamp);
  summary.last = Math.max(summary.last ?? timestamp, timestamp);
  summary.lastIngested = Math.max(summary.lastIngested ?? ingested, ingested);
  summary.bytes += sizeOf(message);
}

const dayOf = (timestamp: number): string => new Date(clamp(timestamp)).toISOString().slice(0, 10);

const LATEST = Date.UTC(9999, 11, 31);
const clamp = (timestamp: number): number => Math.min(Math.max(0, timestamp), LATEST);

const idOf = (timestamp: number, line: number): string =>
  String(timestamp).padStart(TIME_DIGITS, "0") + String(line).padStart(LINE_DIGITS, "0");

import { basename, dirname } from "node:path";
import { readIfExists, writeAtomic } from "./atomic";

/** Receives what a damaged file has lost. */
export type Report = (line: string) => void;

const toStderr: Report = (line) => void process.stderr.write(`${line}\n`);

export interface LogRead {
  readonly records: number;
  readonly size: number;
}

/**
 * Reads a log of one record per line and applies each. Records that cannot be read are reported and left out: the log is
 * rewritten without them, and a copy of the damaged file is kept. `apply` throws when a line is damaged.
 */
export function readLog(path: string, apply: (line: Buffer) => void, report: Report = toStderr): LogRead {
  return allSlices(readLogInSlices(path, apply, report));
}

const SLICE_MS = 20;
/** Asking for the time costs more than most lines. */
const LINES_PER_CHECK = 100;

/** Like readLog, and yields after some milliseconds each time, so that a long log does not stop the event loop. */
export function* readLogInSlices(
  path: string,
  apply: (line: Buffer) => void,
  report: Report = toStderr,
): Generator<void, LogRead> {
  const bytes = readIfExists(path) ?? Buffer.alloc(0);
  const intact: Buffer[] = [];
  const lost: number[] = [];
  let at = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
    try {
      apply(bytes.subarray(at, end));
      intact.push(bytes.subarray(at, end + 1));
    } catch {
      lost.push(at);
    }
    at = end + 1;
    if ((intact.length + lost.length) % LINES_PER_CHECK === 0 && performance.now() > sliceEnd) {
      yield;
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  const what = `the ${basename(path).replace(/\.\w+$/, "")} of ${basename(dirname(path))}`;
  if (at < bytes.byteLength)
    report(`${path}: its last record is incomplete, as after a crash, and is lost (${what})`);
  if (lost.length === 0) return { records: intact.length, size: at };
  const copy = `${path}.damaged`;
  const whole = Buffer.concat(intact);
  writeAtomic(copy, bytes);
  writeAtomic(path, whole);
  report(
    `${path} is damaged: ${lost.length} of ${lost.length + intact.length} records of ${what} cannot be read and are lost, ` +
      `the first at byte ${lost[0]}; the others are kept. The damaged file is ${copy}: restore from a copy, or begin anew ` +
      "in another state directory, if these records matter",
  );
  return { records: intact.length, size: whole.byteLength };
}

const NEWLINE = 0x0a;

/** Runs a generator to its end at once. */
export function allSlices<T>(slices: Generator<void, T>): T {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

import { readAt, WINDOW } from "./fingerprint";
import type { RawRecord, TrackedFile } from "./tracked-file";

export interface ReadOptions {
  readonly skipHeaderLines: number;
  readonly multiLineStart: RegExp | undefined;
  /** Maximum size of a record. */
  readonly recordBytes: number;
}

/** After this time without growth, the last multi-line record of a file is complete. */
const SETTLED_MS = 5000;
/** Minimum read size. */
const PIECE = 64 * 1024;
const CHUNK = 1024 * 1024;
/** Limit of one call's search for the end of a line longer than a record, so that other files get their turn. */
const MAX_SCAN = 64 * CHUNK;

/** The next complete records of a file, about `room` bytes but at least one record, if there is a complete one. */
export function readRecords(file: TrackedFile, reading: ReadOptions, room: number, now: number): RawRecord[] {
  const settled = now - file.changed >= SETTLED_MS;
  const again = reading.multiLineStart !== undefined && settled;
  if (file.read >= file.size || (file.exhausted === file.size && !again)) return [];
  const fd = file.open();
  if (file.read === 0 && reading.skipHeaderLines > 0 && !skipHeader(fd, file, reading.skipHeaderLines))
    return [];
  const most = Math.min(file.size - file.read, reading.recordBytes);
  let bytes = readAt(fd, file.read, Math.min(most, Math.max(room, PIECE)));
  const endsIn = () =>
    recordEnds(bytes, reading.multiLineStart, settled && file.read + bytes.length >= file.size);
  let ends = endsIn();
  if (ends.length === 0 && bytes.length < most) {
    bytes = readAt(fd, file.read, most);
    ends = endsIn();
  }
  if (ends.length > 0) return split(file, bytes, ends, room);
  if (bytes.length === reading.recordBytes) {
    // A multi-line record that exceeds the maximum is split between its lines.
    const line = reading.multiLineStart ? bytes.lastIndexOf("\n") + 1 : 0;
    return line > 0 ? split(file, bytes, [line], room) : longLine(fd, file, bytes);
  }
  file.exhausted = file.size;
  return [];
}

function split(file: TrackedFile, bytes: Buffer, ends: readonly number[], room: number): RawRecord[] {
  const base = file.read;
  const records: RawRecord[] = [];
  let from = 0;
  for (const end of ends) {
    if (from > 0 && end > room) break;
    const data = bytes.subarray(from, end);
    records.push({ file, start: base + from, end: base + end, data, cut: false });
    from = end;
  }
  file.take(
    records.map(({ end }) => end),
    bytes.subarray(0, from),
  );
  return records;
}

/** The beginning of a line longer than a record, once the line is complete. */
function longLine(fd: number, file: TrackedFile, beginning: Buffer): RawRecord[] {
  const start = file.read;
  const end = lineEnd(fd, Math.max(file.scanned, start + beginning.length), file.size, 1);
  if (end.found === undefined) {
    file.scanned = end.scanned;
    if (end.scanned >= file.size) file.exhausted = file.size;
    return [];
  }
  const last = Math.min(WINDOW, end.found - start);
  file.recent?.addHead(start, readAt(fd, start, last));
  file.take([end.found], readAt(fd, end.found - last, last));
  return [{ file, start, end: end.found, data: beginning, cut: true }];
}

/** The position stays at the file's start until the header is complete. */
function skipHeader(fd: number, file: TrackedFile, lines: number): boolean {
  const { found } = lineEnd(fd, 0, file.size, lines);
  if (found === undefined) {
    file.exhausted = file.size;
    return false;
  }
  const length = Math.min(WINDOW, found);
  file.recent?.addHead(0, readAt(fd, 0, length));
  file.skip(found, readAt(fd, found - length, length));
  return file.read < file.size;
}

/** Searches the end of the `count`th line from an offset. */
function lineEnd(fd: number, from: number, size: number, count: number) {
  let left = count;
  let at = from;
  for (const last = Math.min(size, from + MAX_SCAN); at < last; ) {
    const bytes = readAt(fd, at, Math.min(CHUNK, size - at));
    if (bytes.length === 0) break;
    for (let newline = bytes.indexOf("\n"); newline >= 0; newline = bytes.indexOf("\n", newline + 1))
      if (--left === 0) return { found: at + newline + 1, scanned: at + newline + 1 };
    at += bytes.length;
  }
  return { found: undefined, scanned: at };
}

const NEWLINE = 0x0a;

/**
 * End offsets of the complete records in `bytes`. A record is a line; with a start pattern it continues up to the next
 * line that matches, and the last one is complete only when `settled`, i.e. the file no longer grows.
 */
function recordEnds(bytes: Buffer, start: RegExp | undefined, settled: boolean): number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) break;
    if (start && at > 0 && start.test(bytes.toString("utf8", at, newline))) ends.push(at);
    at = newline + 1;
    if (!start) ends.push(at);
    else if (settled && bytes.indexOf(NEWLINE, at) < 0) ends.push(at);
  }
  return ends;
}

export type InitialPosition = "START_OF_FILE" | "END_OF_FILE";

/** Offset of the first read: the file's start, or after its last complete line and never within its header. */
export function initialOffset(
  fd: number,
  size: number,
  { initialPosition, skipHeaderLines }: { initialPosition: InitialPosition; skipHeaderLines: number },
): number {
  if (initialPosition === "START_OF_FILE") return 0;
  if (skipHeaderLines > 0 && lineEnd(fd, 0, size, skipHeaderLines).found === undefined) return 0;
  for (let end = size; end > 0; end -= PIECE) {
    const start = Math.max(0, end - PIECE);
    const newline = readAt(fd, start, end - start).lastIndexOf("\n");
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
}

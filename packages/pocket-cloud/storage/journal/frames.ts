import { crc32 } from "node:zlib";

/** One record of a log, as written and as read back. */
export interface JournalRecord {
  /** 1 for the first record ever appended; no gaps. */
  readonly position: number;
  /** Milliseconds since the epoch; never falls within a log. */
  readonly time: number;
  readonly key: string;
  readonly flags: number;
  readonly data: Buffer;
}

export interface NewRecord {
  readonly key: string;
  readonly data: Uint8Array;
  readonly flags?: number;
}

/*
 * A frame: checksum of all that follows (4), length of the frame (4), position (8), time (8), length of the key (2),
 * flags (2), the key in UTF-8, the data.
 */
export const HEADER = 28;

/** Above what any service accepts: a larger length in a header is damage, not a record. */
const LARGEST_FRAME = 256 * 1024 * 1024;

/** Frames of records that arrive together, in one buffer: one write puts them all on disk. */
export function encodeFrames(records: readonly NewRecord[], first: number, time: number): Buffer {
  const keys = records.map((record) => Buffer.byteLength(record.key));
  let size = 0;
  for (const [index, record] of records.entries())
    size += HEADER + (keys[index] ?? 0) + record.data.byteLength;
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [index, record] of records.entries()) {
    const keyLength = keys[index] ?? 0;
    const end = at + HEADER + keyLength + record.data.byteLength;
    out.writeUInt32LE(end - at, at + 4);
    out.writeDoubleLE(first + index, at + 8);
    out.writeDoubleLE(time, at + 16);
    out.writeUInt16LE(keyLength, at + 24);
    out.writeUInt16LE(record.flags ?? 0, at + 26);
    out.write(record.key, at + HEADER);
    out.set(record.data, at + HEADER + keyLength);
    out.writeUInt32LE(crc32(out.subarray(at + 4, end)), at);
    at = end;
  }
  return out;
}

/** Length of the frame at `at`; undefined while its header is not all there; NaN when it cannot be a frame. */
export function frameLength(bytes: Buffer, at: number): number | undefined {
  if (at + HEADER > bytes.byteLength) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  return length < HEADER + bytes.readUInt16LE(at + 24) || length > LARGEST_FRAME ? Number.NaN : length;
}

export const intact = (bytes: Buffer, at: number, length: number): boolean =>
  crc32(bytes.subarray(at + 4, at + length)) === bytes.readUInt32LE(at);

export const positionOf = (bytes: Buffer, at: number): number => bytes.readDoubleLE(at + 8);
export const timeOf = (bytes: Buffer, at: number): number => bytes.readDoubleLE(at + 16);

export function decodeFrame(bytes: Buffer, at: number, length: number): JournalRecord {
  const dataAt = at + HEADER + bytes.readUInt16LE(at + 24);
  return {
    position: positionOf(bytes, at),
    time: timeOf(bytes, at),
    key: bytes.toString("utf8", at + HEADER, dataAt),
    flags: bytes.readUInt16LE(at + 26),
    data: bytes.subarray(dataAt, at + length),
  };
}

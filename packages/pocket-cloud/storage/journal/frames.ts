import { crc32 } from "node:zlib";

export interface JournalRecord {
  /** Consecutive, from 1. */
  readonly position: number;
  /** Milliseconds since the epoch; never decreases within a log. */
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

/** More than any service accepts. A larger length in a header means damage. */
const MAX_FRAME = 256 * 1024 * 1024;

/** Encodes records that arrive together into one buffer, for one write. */
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

/** Length of the frame at `at`; undefined when its header is incomplete, NaN when it is invalid. */
export function frameLength(bytes: Buffer, at: number): number | undefined {
  if (at + HEADER > bytes.byteLength) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  return length < HEADER + bytes.readUInt16LE(at + 24) || length > MAX_FRAME ? Number.NaN : length;
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

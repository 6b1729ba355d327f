import { startDigest } from "../../../checksum";

const BLOCK = 65_536;
const TABLE_BITS = 14;

/** Raw Snappy: the uncompressed length as a varint, then literals and copies of earlier bytes. */
export function snappy(data: Buffer): Buffer {
  const out = Buffer.allocUnsafe(32 + data.byteLength + Math.ceil(data.byteLength / 6));
  let at = 0;
  for (let length = data.byteLength; ; length = Math.floor(length / 128)) {
    out[at++] = length < 128 ? length : (length % 128) | 128;
    if (length < 128) break;
  }
  for (let from = 0; from < data.byteLength; from += BLOCK)
    at = compressBlock(data, from, Math.min(data.byteLength, from + BLOCK), out, at);
  return out.subarray(0, at);
}

/** Copies refer only to the same block, so that an offset fits into two bytes. */
function compressBlock(data: Buffer, start: number, end: number, out: Buffer, outAt: number): number {
  const table = new Uint16Array(1 << TABLE_BITS);
  let literal = start;
  let at = start + 1;
  let written = outAt;
  while (at + 4 <= end) {
    const word = data.readUInt32LE(at);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - TABLE_BITS);
    const candidate = start + (table[slot] ?? 0);
    table[slot] = at - start;
    if (candidate >= at || data.readUInt32LE(candidate) !== word) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < end && data[candidate + length] === data[at + length]) length++;
    written = writeLiteral(data, literal, at, out, written);
    written = writeCopy(at - candidate, length, out, written);
    at += length;
    literal = at;
  }
  return writeLiteral(data, literal, end, out, written);
}

function writeLiteral(data: Buffer, from: number, to: number, out: Buffer, outAt: number): number {
  const length = to - from;
  if (length === 0) return outAt;
  let at = outAt;
  if (length <= 60) out[at++] = (length - 1) << 2;
  else if (length <= 256) {
    out[at++] = 60 << 2;
    out[at++] = length - 1;
  } else {
    out[at++] = 61 << 2;
    at = out.writeUInt16LE(length - 1, at);
  }
  data.copy(out, at, from, to);
  return at + length;
}

function writeCopy(offset: number, length: number, out: Buffer, outAt: number): number {
  let at = outAt;
  for (let left = length; left > 0; left -= 64) {
    out[at++] = ((Math.min(left, 64) - 1) << 2) | 2;
    at = out.writeUInt16LE(offset, at);
  }
  return at;
}

/** The framing format stores a rotated CRC-32C plus a constant. */
function maskedChecksum(data: Buffer): number {
  const crc32c = startDigest("crc32c");
  crc32c.update(data);
  const sum = crc32c.digest().readUInt32BE();
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** Snappy's framing format: a stream identifier, then chunks with checksums. */
export function framedSnappy(data: Buffer): Buffer {
  const chunks: Buffer[] = [Buffer.from([0xff, 6, 0, 0, ...Buffer.from("sNaPpY")])];
  for (let from = 0; from < data.byteLength; from += BLOCK) {
    const part = data.subarray(from, from + BLOCK);
    const body = snappy(part);
    const header = Buffer.alloc(8);
    header.writeUInt32LE(maskedChecksum(part), 4);
    header.writeUIntLE(body.byteLength + 4, 1, 3);
    chunks.push(header, body);
  }
  return Buffer.concat(chunks);
}

/** Hadoop's framing: blocks with their length and their compressed length, both big-endian. */
export function hadoopSnappy(data: Buffer): Buffer {
  const chunks: Buffer[] = [];
  const size = 4 * BLOCK;
  for (let from = 0; from < data.byteLength; from += size) {
    const part = data.subarray(from, from + size);
    const body = snappy(part);
    const header = Buffer.alloc(8);
    header.writeUInt32BE(part.byteLength, 0);
    header.writeUInt32BE(body.byteLength, 4);
    chunks.push(header, body);
  }
  return Buffer.concat(chunks);
}

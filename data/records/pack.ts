/**
 * What one Kinesis record holds at most: one PUT payload unit, which is also five Firehose units, less an allowance for
 * the partition key. Fuller records are cheaper ones.
 */
export const PACK_BYTES = 25_600 - 64;
/** A stream's default largest record, less the same allowance. */
export const RECORD_BYTES = 1_048_576 - 64;

export interface Pack {
  /** The lane: its records stay in order. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly events: number;
}

export interface Packed {
  readonly packs: readonly Pack[];
  /** Lines no record can hold. */
  readonly tooLarge: readonly string[];
}

interface OpenPack {
  bytes: Buffer;
  used: number;
  events: number;
}

const NEWLINE = 0x0a;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_OF_UNIT = 3;

/** Frames JSON lines, given with their partition key's value, into newline-terminated packs of one lane each. */
export function pack(
  events: Iterable<{ readonly key: string; readonly line: string }>,
  lanes: number,
): Packed {
  const open: OpenPack[] = Array.from({ length: lanes }, empty);
  const packs: Pack[] = [];
  const tooLarge: string[] = [];
  const close = (lane: number, { bytes, used, events }: OpenPack) => {
    if (events > 0) packs.push({ partitionKey: String(lane), data: bytes.subarray(0, used), events });
    open[lane] = empty();
  };
  for (const { key, line } of events) {
    const lane = laneOf(key, lanes);
    let pack = open[lane] ?? empty();
    // Counting bytes is only worth it near the end of a pack.
    if (pack.used + line.length * BYTES_OF_UNIT >= PACK_BYTES) {
      const bytes = Buffer.byteLength(line) + 1;
      if (bytes > RECORD_BYTES) {
        tooLarge.push(line);
        continue;
      }
      if (pack.used + bytes > PACK_BYTES) {
        close(lane, pack);
        pack = open[lane] ?? empty();
        if (bytes > PACK_BYTES) pack.bytes = Buffer.allocUnsafe(bytes);
      }
    }
    pack.used += pack.bytes.write(line, pack.used);
    pack.bytes[pack.used++] = NEWLINE;
    pack.events++;
  }
  open.forEach((pack, lane) => {
    close(lane, pack);
  });
  return { packs, tooLarge };
}

const empty = (): OpenPack => ({ bytes: Buffer.allocUnsafe(PACK_BYTES), used: 0, events: 0 });

/** FNV-1a, so that every producer puts one key into one lane. */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}

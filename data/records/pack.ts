/**
 * Size of a pack: one PUT payload unit of Kinesis (also five Firehose units of 5 KiB), less an allowance for
 * the partition key. Both services round sizes up, so full packs are the cheapest.
 */
export const PACK_BYTES = 25_600 - 64;
/** Kinesis's default record limit of 1 MiB, less the same allowance. */
export const RECORD_BYTES = 1_048_576 - 64;

export interface Pack {
  /** The lane. Kinesis keeps the order of records with one partition key. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly events: number;
}

export interface Packed {
  readonly packs: readonly Pack[];
  /** Lines larger than a record. */
  readonly tooLarge: readonly string[];
}

interface OpenPack {
  bytes: Buffer;
  used: number;
  events: number;
}

const NEWLINE = 0x0a;
/** A UTF-16 code unit takes at most three bytes in UTF-8. */
const BYTES_OF_UNIT = 3;

/** Packs JSON lines into newline-terminated records, one lane per record. */
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
    // The exact byte count is needed only near the end of a pack.
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

/**
 * Number of ordered lanes of a feed. All producers of a stream must use the same number, otherwise one key's
 * events lose their order. With four lanes per shard, a poll of 250 coins makes one full pack per lane and
 * one PutRecords call.
 */
export const lanesFor = (shards: number): number => 4 * Math.max(1, shards);

/** FNV-1a. All producers must map a key to the same lane. */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}

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
  text: string;
  bytes: number;
  events: number;
}

/** Frames JSON lines, given with their partition key's value, into newline-terminated packs of one lane each. */
export function pack(
  events: Iterable<{ readonly key: string; readonly line: string }>,
  lanes: number,
): Packed {
  const open: OpenPack[] = Array.from({ length: lanes }, () => ({ text: "", bytes: 0, events: 0 }));
  const packs: Pack[] = [];
  const tooLarge: string[] = [];
  const close = (lane: number, pack: OpenPack) => {
    if (pack.events === 0) return;
    packs.push({ partitionKey: String(lane), data: Buffer.from(pack.text), events: pack.events });
    pack.text = "";
    pack.bytes = pack.events = 0;
  };
  for (const { key, line } of events) {
    const lane = laneOf(key, lanes);
    const pack = open[lane];
    if (!pack) continue;
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > RECORD_BYTES) {
      tooLarge.push(line);
      continue;
    }
    if (pack.bytes + bytes > PACK_BYTES) close(lane, pack);
    pack.text += `${line}\n`;
    pack.bytes += bytes;
    pack.events++;
  }
  open.forEach((pack, lane) => {
    close(lane, pack);
  });
  return { packs, tooLarge };
}

/** FNV-1a, so that every producer puts one key into one lane. */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}

import { createHash } from "node:crypto";
import { laneOf, PACK_BYTES } from "../../../data/records/pack";
import type { RawRecord } from "../files/tracked-file";

/** A processed line, ready to be sent. */
export interface Item {
  readonly record: RawRecord;
  readonly data: Uint8Array;
  /** When it was read. */
  readonly at: number;
  /** The value of the feed's partition key. */
  readonly key?: string;
}

/** One record of a PutRecords or PutRecordBatch call. */
export interface Entry {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  /** Entries of one lane are sent in order. */
  readonly lane?: string;
  readonly items: readonly Item[];
}

/** Sends entries once and returns those that were refused, with the reason. Throws when the whole call fails. */
export type PutOnce = (entries: readonly Entry[], signal: AbortSignal) => Promise<ReadonlyMap<Entry, string>>;

export interface Framing {
  /** Several lines per record instead of one. */
  readonly packed: boolean;
  /** Undefined: the lane for packs, random for single records. */
  readonly partitionKey: "RANDOM" | "DETERMINISTIC" | undefined;
  readonly lanes: number;
  /** Whether the destination keeps the order of records. */
  readonly ordered: boolean;
  /** Lines with the same key share a lane and stay in order. */
  readonly keyOf: (item: Item) => string;
}

export const frame = (items: readonly Item[], framing: Framing): Entry[] =>
  framing.packed ? pack(items, framing) : items.map((item) => single(item, framing));

function single(item: Item, { partitionKey }: Framing): Entry {
  return { data: item.data, partitionKey: keyFor(partitionKey ?? "RANDOM", item.data), items: [item] };
}

function pack(items: readonly Item[], framing: Framing): Entry[] {
  const open = new Map<number, { items: Item[]; bytes: number }>();
  const entries: Entry[] = [];
  const close = (lane: number) => {
    const { items: packed = [] } = open.get(lane) ?? {};
    open.delete(lane);
    const data = Buffer.concat(packed.map((item) => item.data));
    const key = framing.partitionKey ? keyFor(framing.partitionKey, data) : String(lane);
    const inOrder = framing.ordered && framing.partitionKey === undefined;
    entries.push({ data, partitionKey: key, items: packed, ...(inOrder && { lane: String(lane) }) });
  };
  for (const item of items) {
    const lane = laneOf(framing.keyOf(item), framing.lanes);
    const bytes = item.data.byteLength;
    if ((open.get(lane)?.bytes ?? 0) + bytes > PACK_BYTES && open.has(lane)) close(lane);
    const current = open.get(lane) ?? { items: [], bytes: 0 };
    current.items.push(item);
    current.bytes += bytes;
    open.set(lane, current);
  }
  for (const lane of [...open.keys()]) close(lane);
  return entries;
}

const keyFor = (option: "RANDOM" | "DETERMINISTIC", data: Uint8Array): string =>
  option === "RANDOM" ? String(Math.random()).slice(2) : createHash("md5").update(data).digest("hex");

/** Truncates data to `most` bytes, terminator included, without splitting a UTF-8 character. */
export function cutTo(data: Uint8Array, most: number, terminator: string): Uint8Array {
  const end = Buffer.from(terminator);
  let length = Math.min(data.byteLength, most - end.byteLength);
  while (length > 0 && ((data[length] ?? 0) & 0xc0) === 0x80) length--;
  return Buffer.concat([data.subarray(0, length), end]);
}

import { createHash } from "node:crypto";

/** The Kinesis Producer Library aggregates records into one: these bytes, a protobuf message and its MD5. */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const DIGEST = 16;

/** Field numbers of AggregatedRecord.records and Record.data. */
const RECORDS_FIELD = 3;
const DATA_FIELD = 3;

/** The records inside an aggregated record; the data itself when it is not aggregated. */
export function deaggregateKpl(data: Buffer): readonly Buffer[] {
  if (data.byteLength < MAGIC.byteLength + DIGEST || !data.subarray(0, MAGIC.byteLength).equals(MAGIC))
    return [data];
  const message = data.subarray(MAGIC.byteLength, -DIGEST);
  if (!createHash("md5").update(message).digest().equals(data.subarray(-DIGEST))) return [data];
  return (
    bytesOf(message, RECORDS_FIELD)?.map((record) => bytesOf(record, DATA_FIELD)?.[0] ?? Buffer.alloc(0)) ?? [
      data,
    ]
  );
}

/** The length-delimited values of a field; undefined when the message is not valid protobuf. */
function bytesOf(message: Buffer, field: number): Buffer[] | undefined {
  const found: Buffer[] = [];
  let at = 0;
  while (at < message.byteLength) {
    const tag = varint(message, at);
    const value = tag && varint(message, tag.next);
    const wire = (tag?.value ?? 0) & 7;
    if (!tag || !value || (wire !== 0 && wire !== 2)) return undefined;
    at = value.next;
    if (wire === 0) continue;
    const end = at + value.value;
    if (end > message.byteLength) return undefined;
    if (tag.value >>> 3 === field) found.push(message.subarray(at, end));
    at = end;
  }
  return found;
}

function varint(bytes: Buffer, start: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let at = start, scale = 1; at < bytes.byteLength && at < start + 7; at++, scale *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 127) * scale;
    if (byte < 128) return { value, next: at + 1 };
  }
  return undefined;
}

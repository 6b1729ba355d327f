import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

export const md5 = (data: string | Uint8Array): string => createHash("md5").update(data).digest("hex");

const BINARY = 2;
const STRING = 1;

/** SQS's digest of message attributes: in the order of their names, each part after its length. */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): string | undefined {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  const parts = entries.flatMap(([name, { DataType = "", StringValue = "", BinaryValue }]) => [
    ...withLength(Buffer.from(name)),
    ...withLength(Buffer.from(DataType)),
    Buffer.from([BinaryValue ? BINARY : STRING]),
    ...withLength(BinaryValue ?? Buffer.from(StringValue)),
  ]);
  return md5(Buffer.concat(parts));
}

function withLength(data: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  return [length, data];
}

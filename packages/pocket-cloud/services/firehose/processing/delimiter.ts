import type { Processor } from "@aws-sdk/client-firehose";
import type { Item } from "../delivery/item";
import { parameter } from "./parameters";

const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\\\": "\\" };

/** Puts a delimiter, a new line unless told otherwise, after each record. */
export function appendDelimiter(items: readonly Item[], processor: Processor): Item[] {
  const given = parameter(processor, "Delimiter") ?? "\n";
  const delimiter = Buffer.from(given.replace(/\\[nrt\\]/g, (escaped) => ESCAPES[escaped] ?? escaped));
  return items.map((item) => ({ ...item, data: Buffer.concat([item.data, delimiter]) }));
}

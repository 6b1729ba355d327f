import { gunzipSync } from "node:zlib";
import type { Processor } from "@aws-sdk/client-firehose";
import { splitDocuments } from "../../shared/json-documents";
import { parameter } from "../model";
import { failed, type Item, type Outcome } from "../records";

/** AWS's limit on the records inside one record. */
const DEAGGREGATION_LIMIT = 500;

/** Applies `change` to each item. An exception is the item's failure. */
function changeEach(
  items: readonly Item[],
  code: string,
  problem: string,
  change: (data: Buffer) => Buffer[],
) {
  const outcome: Outcome = { items: [], failures: [] };
  for (const item of items)
    try {
      for (const data of change(item.data)) outcome.items.push({ ...item, data });
    } catch (error) {
      outcome.failures.push(failed(item, code, `${problem}${(error as Error).message}`));
    }
  return outcome;
}

/** CloudWatch Logs subscriptions send gzip. */
export const decompress = (items: readonly Item[]): Outcome =>
  changeEach(items, "Decompression.Failed", "The record is not gzip: ", (data) => [gunzipSync(data)]);

interface LogData {
  readonly messageType?: string;
  readonly logEvents?: readonly { readonly message?: string }[];
}

/** Replaces CloudWatch Logs data by the messages of its log events, one per line. Control messages are dropped. */
export const extractMessages = (items: readonly Item[]): Outcome =>
  changeEach(items, "CloudWatchLogProcessing.Failed", "The record is no CloudWatch Logs data: ", (data) => {
    const { messageType, logEvents = [] } = JSON.parse(data.toString()) as LogData;
    if (messageType === "CONTROL_MESSAGE") return [];
    return [Buffer.from(logEvents.map(({ message = "" }) => `${message}\n`).join(""))];
  });

/** Splits records that hold several records: JSON objects, or text between delimiters. */
export function deaggregate(items: readonly Item[], processor: Processor): Outcome {
  const split = parameter(processor, "SubRecordType") === "DELIMITED" ? byDelimiter(processor) : byObject;
  return changeEach(items, "RecordDeAggregation.Failed", "", (data) => {
    const parts = split(data);
    if (parts.length > DEAGGREGATION_LIMIT)
      throw new Error(
        `The record holds ${parts.length} records; at most ${DEAGGREGATION_LIMIT} may be in one`,
      );
    return parts;
  });
}

function byObject(data: Buffer): Buffer[] {
  const { documents, complete } = splitDocuments(data.toString());
  if (!complete || !documents.every((text) => text.startsWith("{") && isJson(text)))
    throw new Error("The record is not a sequence of JSON objects");
  return documents.map((text) => Buffer.from(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function byDelimiter(processor: Processor): (data: Buffer) => Buffer[] {
  const delimiter = Buffer.from(parameter(processor, "Delimiter") ?? "", "base64");
  return (data) => {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = data.indexOf(delimiter); at >= 0; at = data.indexOf(delimiter, from)) {
      parts.push(data.subarray(from, at));
      from = at + delimiter.byteLength;
    }
    parts.push(data.subarray(from));
    return parts.filter((part) => part.byteLength > 0);
  };
}

const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\\\": "\\" };

/** Appends a delimiter, by default a newline, to each record. */
export function appendDelimiter(items: readonly Item[], processor: Processor): Outcome {
  const text = parameter(processor, "Delimiter") ?? "\n";
  const delimiter = Buffer.from(text.replace(/\\[nrt\\]/g, (escaped) => ESCAPES[escaped] ?? escaped));
  const appended = items.map((item) => ({ ...item, data: Buffer.concat([item.data, delimiter]) }));
  return { items: appended, failures: [] };
}

import type { Processor } from "@aws-sdk/client-firehose";
import { failed, type Item, type Outcome } from "../delivery/item";
import { splitObjects } from "./json-documents";
import { parameter } from "./parameters";

/** Records one record may hold. */
const MOST = 500;
const CODE = "RecordDeAggregation.Failed";

/** Takes records apart that a producer packed into one: JSON objects, or text between delimiters. */
export function deaggregate(items: readonly Item[], processor: Processor): Outcome {
  const outcome: Outcome = { items: [], failures: [] };
  const split = parameter(processor, "SubRecordType") === "DELIMITED" ? byDelimiter(processor) : byJson;
  for (const item of items) {
    const parts = split(item.data);
    if (!parts) outcome.failures.push(failed(item, CODE, "The record is not a sequence of JSON objects"));
    else if (parts.length > MOST)
      outcome.failures.push(
        failed(item, CODE, `The record holds ${parts.length} records; at most ${MOST} may be in one`),
      );
    else for (const data of parts) outcome.items.push({ ...item, data });
  }
  return outcome;
}

const byJson = (data: Buffer): Buffer[] | undefined =>
  splitObjects(data.toString())?.map((text) => Buffer.from(text));

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

import { failed, groupBy, type Item, type Outcome } from "../records";

interface ResponseRecord {
  readonly recordId?: unknown;
  readonly result?: unknown;
  readonly data?: unknown;
  readonly metadata?: { readonly partitionKeys?: Readonly<Record<string, unknown>> };
}

const MALFORMED =
  "There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the status model required by Amazon Data Firehose.";

/** Matches the records of a function's response with those of the request. Each becomes an item or a failure, or is dropped. */
export function readResponse(
  items: readonly Item[],
  ids: readonly string[],
  text: string,
  lambdaArn: string,
  attempts: number,
): Outcome {
  const outcome: Outcome = { items: [], failures: [] };
  const fail = (item: Item, code: string, message: string) =>
    outcome.failures.push(failed(item, code, message, { attempts, lambdaArn }));
  const returned = recordsOf(text);
  if (!returned) {
    for (const item of items) fail(item, "Lambda.JsonProcessingException", MALFORMED);
    return outcome;
  }
  const byId = groupBy(returned, ({ recordId }) => recordId);
  for (const [index, item] of items.entries()) {
    const [record, ...more] = byId.get(ids[index]) ?? [];
    if (!record)
      fail(
        item,
        "Lambda.MissingRecordId",
        "One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.",
      );
    else if (more.length > 0)
      fail(item, "Lambda.DuplicatedRecordId", "Multiple records were returned with the same record ID.");
    else if (record.result === "Dropped") continue;
    else if (record.result === "ProcessingFailed")
      fail(item, "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record");
    else if (record.result !== "Ok" || typeof record.data !== "string")
      fail(item, "Lambda.JsonProcessingException", MALFORMED);
    else outcome.items.push(transformed(item, record.data, record));
  }
  return outcome;
}

function transformed(item: Item, data: string, { metadata }: ResponseRecord): Item {
  const keys = Object.entries(metadata?.partitionKeys ?? {});
  const lambda = Object.fromEntries(keys.map(([name, value]) => [name, String(value ?? "")]));
  return { ...item, data: Buffer.from(data, "base64"), keys: { ...item.keys, lambda } };
}

function recordsOf(text: string): ResponseRecord[] | undefined {
  try {
    const { records } = JSON.parse(text) as { records?: unknown };
    return Array.isArray(records)
      ? records.filter((record) => typeof record === "object" && record !== null)
      : undefined;
  } catch {
    return undefined;
  }
}

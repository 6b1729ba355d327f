import type { Row } from "@aws-sdk/client-athena";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { invalidRequest } from "../errors";
import { type Make, onExecution } from "../operation";
import type { Execution } from "../records";
import { CsvRows } from "../run/csv-rows";
import { columnInfo, objectOf } from "../run/results";
import type { AthenaStore } from "../store";

const LARGEST_PAGE = 1000;

/** A page is read from the result object where the last one ended: the token is a position in it. */
export const getQueryResults: Make<"GetQueryResults"> = (store) => ({
  ...onExecution(store),
  rules: { MaxResults: { range: [1, LARGEST_PAGE] } },
  run: async (input, call) => {
    const execution = store.execution(input.QueryExecutionId);
    if (execution.state !== "SUCCEEDED")
      throw invalidRequest(
        execution.state === "QUEUED" || execution.state === "RUNNING"
          ? `Query has not yet finished. Current state: ${execution.state}`
          : `Query did not finish successfully. Final query state: ${execution.state}`,
        "INVALID_QUERY_EXECUTION_STATE",
      );
    const { rows, next } = await pageAt(
      store,
      execution,
      position(input.NextToken),
      input.MaxResults ?? LARGEST_PAGE,
      call,
    );
    return {
      UpdateCount: execution.updateCount ?? 0,
      ResultSet: { Rows: rows, ResultSetMetadata: { ColumnInfo: (execution.columns ?? []).map(columnInfo) } },
      ...(next !== undefined && { NextToken: Buffer.from(String(next)).toString("base64url") }),
    };
  },
});

function position(token: string | undefined): number {
  const at = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(at) || at < 0) throw invalidRequest("Unexpected NextToken");
  return at;
}

async function pageAt(
  store: AthenaStore,
  execution: Execution,
  start: number,
  size: number,
  call: Call,
): Promise<{ rows: Row[]; next?: number }> {
  if (start >= execution.bytes) return { rows: [] };
  const { bucket, key } = objectOf(execution.location);
  const { Body } = await fetched(
    store,
    execution,
    { Bucket: bucket, Key: key, Range: `bytes=${start}-` },
    call,
  );
  const reader = new CsvRows(execution.header);
  // In process a small body may come whole.
  const chunks = Body instanceof Uint8Array ? [Body] : (Body as AsyncIterable<Uint8Array>);
  for await (const chunk of chunks) {
    reader.take(chunk, size);
    if (reader.rows.length >= size) break;
  }
  const rows = reader.rows.map(
    (row): Row => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) }),
  );
  const next = start + reader.consumed;
  return { rows, ...(next < execution.bytes && { next }) };
}

async function fetched(
  store: AthenaStore,
  execution: Execution,
  input: { Bucket: string; Key: string; Range: string },
  call: Call,
) {
  try {
    return await store.cloud.call("s3", "GetObject", input, call.caller);
  } catch (error) {
    if (error instanceof AwsError && (error.code === "NoSuchKey" || error.code === "NoSuchBucket"))
      throw invalidRequest(
        `Could not find results for query ${execution.id}: ${execution.location} does not exist`,
      );
    throw error;
  }
}

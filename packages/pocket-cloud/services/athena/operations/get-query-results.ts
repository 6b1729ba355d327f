import type { Row } from "@aws-sdk/client-athena";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { invalidRequest } from "../errors";
import { type Make, onExecution, viaAthena } from "../operation";
import type { Execution } from "../records";
import { columnInfo } from "../run/columns";
import { CsvRows } from "../run/csv-rows";
import { objectOf } from "../run/results";
import type { AthenaStore } from "../store";

const LARGEST_PAGE = 1000;

/** The token is the byte position in the result object where the next page starts. */
export const getQueryResults: Make<"GetQueryResults"> = (store) => ({
  ...onExecution(store),
  run: async (input, call) => {
    const execution = store.execution(input.QueryExecutionId);
    if ((input.MaxResults ?? 0) > LARGEST_PAGE)
      throw invalidRequest(`MaxResults is more than maximum allowed length ${LARGEST_PAGE}`);
    if (execution.state === "CANCELLED") throw invalidRequest("Could not find results", "RESULT_NOT_FOUND");
    if (execution.state !== "SUCCEEDED")
      throw invalidRequest(
        execution.state === "FAILED"
          ? `Query did not finish successfully. Final query state: ${execution.state}`
          : `Query has not yet finished. Current state: ${execution.state}`,
        "INVALID_QUERY_EXECUTION_STATE",
      );
    const { rows, next } = await pageAt(
      store,
      execution,
      position(input.NextToken),
      input.MaxResults ?? LARGEST_PAGE,
      call,
    );
    const UpdateCount = updateCount(execution);
    return {
      ...(UpdateCount !== undefined && { UpdateCount }),
      ResultSet: { Rows: rows, ResultSetMetadata: { ColumnInfo: (execution.columns ?? []).map(columnInfo) } },
      ...(next !== undefined && { NextToken: Buffer.from(String(next)).toString("base64url") }),
    };
  },
});

/** SELECT and most utility statements report 0; DDL, DESCRIBE and SHOW CREATE TABLE report no count. */
function updateCount({ statementType, substatementType, updateCount: count }: Execution): number | undefined {
  if (count !== undefined || substatementType === "SELECT") return count ?? 0;
  const counts =
    statementType === "UTILITY" && !["DESCRIBE_TABLE", "SHOW_CREATE_TABLE"].includes(substatementType ?? "");
  return counts ? 0 : undefined;
}

function position(token: string | undefined): number {
  const at = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(at) || at < 0) throw invalidRequest(`Malformed nextPageToken ${token}`);
  return at;
}

async function pageAt(
  store: AthenaStore,
  execution: Execution,
  start: number,
  size: number,
  call: Call,
): Promise<{ rows: Row[]; next?: number }> {
  if (start >= execution.bytes || execution.updated) return { rows: [] };
  const { bucket, key } = objectOf(execution.location);
  const { Body } = await fetched(
    store,
    execution,
    { Bucket: bucket, Key: key, Range: `bytes=${start}-` },
    call,
  );
  const reader = new CsvRows(execution.plain !== true);
  // In-process calls may return a small body in one piece.
  const chunks = Body instanceof Uint8Array ? [Body] : (Body as AsyncIterable<Uint8Array>);
  for await (const chunk of chunks) {
    reader.take(chunk, size);
    if (reader.rows.length >= size) break;
  }
  reader.end(size);
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
    return await store.cloud.call("s3", "GetObject", input, viaAthena(call.caller));
  } catch (error) {
    if (error instanceof AwsError && (error.code === "NoSuchKey" || error.code === "NoSuchBucket"))
      throw invalidRequest(
        `Could not find results for query ${execution.id}: ${execution.location} does not exist`,
      );
    throw error;
  }
}

import type { GetQueryResultsCommandOutput } from "@aws-sdk/client-athena";
import { Failure } from "../errors";
import type { Clients } from "./connection";
import { type Cells, ResultCsvParser } from "./csv";
import type { Finished } from "./execution";

export interface Column {
  readonly name: string;
  /** Athena's type: varchar, bigint, double, timestamp, array(varchar)… */
  readonly type: string;
}

export interface Results {
  readonly columns: readonly Column[];
  /** In batches of any size. */
  readonly rows: AsyncIterable<readonly Cells[]>;
}

/** One call shows a small result whole; a larger one is streamed from its object in S3, never held. */
export async function readResults(clients: Clients, finished: Finished): Promise<Results> {
  const athena = await clients.athena();
  const { GetQueryResultsCommand } = await import("../aws/athena");
  const page = await athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: finished.id }),
    clients.sending,
  );
  const columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((column) => ({
    name: column.Name ?? "",
    type: column.Type ?? "varchar",
  }));
  const location = finished.execution.ResultConfiguration?.OutputLocation;
  const rows =
    page.NextToken === undefined || !location?.endsWith(".csv")
      ? paged(clients, finished, page, hasHeader(finished))
      : streamed(clients, location);
  return { columns, rows };
}

/** Only the first page of a SELECT begins with the columns' names. */
const hasHeader = (finished: Finished): boolean => finished.execution.StatementType === "DML";

async function* paged(
  clients: Clients,
  finished: Finished,
  first: GetQueryResultsCommandOutput,
  header: boolean,
): AsyncGenerator<readonly Cells[]> {
  const athena = await clients.athena();
  const { GetQueryResultsCommand } = await import("../aws/athena");
  let page = first;
  for (let skip = header ? 1 : 0; ; skip = 0) {
    const rows = (page.ResultSet?.Rows ?? []).slice(skip);
    yield rows.map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
    if (page.NextToken === undefined) return;
    page = await athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: finished.id, NextToken: page.NextToken }),
      clients.sending,
    );
  }
}

async function* streamed(clients: Clients, location: string): AsyncGenerator<readonly Cells[]> {
  const { bucket, key } = splitLocation(location);
  const s3 = await clients.s3();
  const { GetObjectCommand } = await import("../aws/s3");
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), clients.sending);
  if (!Body) throw new Failure(`the result object ${location} is empty`);
  let header = true;
  for await (const rows of parsed(Body as AsyncIterable<Uint8Array>)) {
    yield header ? rows.slice(1) : rows;
    header &&= rows.length === 0;
  }
}

async function* parsed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Cells[]> {
  const decoder = new TextDecoder();
  const parser = new ResultCsvParser();
  for await (const piece of body) yield parser.push(decoder.decode(piece, { stream: true }));
  yield [...parser.push(decoder.decode()), ...parser.end()];
}

export function splitLocation(location: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(location);
  if (!match) throw new Failure(`"${location}" is not an S3 location`);
  return { bucket: match[1] ?? "", key: match[2] ?? "" };
}

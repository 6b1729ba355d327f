import {
  type AthenaClient,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
} from "@aws-sdk/client-athena";
import { type FinishedQuery, type QueryTarget, runQuery } from "./athena";
import { type Cells, ResultCsvParser } from "./athena-csv";
import { Failure } from "./errors";

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

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Opens an object of S3; without it, large results are read page by page through Athena. */
  readonly openObject?: (bucket: string, key: string) => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** Reads a result of one page from the first answer; a larger one is streamed from its object in S3. */
export async function readResults(
  athena: AthenaClient,
  finished: FinishedQuery,
  options: ReadOptions = {},
): Promise<Results> {
  const first = await getPage(athena, finished.id, undefined, options);
  const columns = (first.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((column) => ({
    name: column.Name ?? "",
    type: column.Type ?? "varchar",
  }));
  const location = finished.execution.ResultConfiguration?.OutputLocation;
  const rows =
    first.NextToken !== undefined && location?.endsWith(".csv") && options.openObject
      ? streamed(options.openObject, location)
      : paged(athena, finished, first, options);
  return { columns, rows };
}

/** All rows of a query, each cell as text. NULL is the empty text. */
export async function queryRows(
  athena: AthenaClient,
  target: QueryTarget,
  query: string,
  signal?: AbortSignal,
): Promise<string[][]> {
  const options = signal && { signal };
  const finished = await runQuery(athena, target, { query, parameters: [] }, options);
  const { rows } = await readResults(athena, finished, options);
  const all: string[][] = [];
  for await (const batch of rows) all.push(...batch.map((row) => row.map((cell) => cell ?? "")));
  return all;
}

function getPage(athena: AthenaClient, id: string, NextToken: string | undefined, { signal }: ReadOptions) {
  const command = new GetQueryResultsCommand({
    QueryExecutionId: id,
    ...(NextToken !== undefined && { NextToken }),
  });
  return athena.send(command, signal && { abortSignal: signal });
}

async function* paged(
  athena: AthenaClient,
  finished: FinishedQuery,
  first: GetQueryResultsCommandOutput,
  options: ReadOptions,
): AsyncGenerator<readonly Cells[]> {
  let page = first;
  // The first page of a SELECT begins with the column names.
  for (let skip = finished.execution.StatementType === "DML" ? 1 : 0; ; skip = 0) {
    const rows = (page.ResultSet?.Rows ?? []).slice(skip);
    yield rows.map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
    if (page.NextToken === undefined) return;
    page = await getPage(athena, finished.id, page.NextToken, options);
  }
}

async function* streamed(
  openObject: NonNullable<ReadOptions["openObject"]>,
  location: string,
): AsyncGenerator<readonly Cells[]> {
  const { bucket, key } = splitLocation(location);
  const body = await openObject(bucket, key);
  if (!body) throw new Failure(`the result object ${location} is empty`);
  let header = true;
  for await (const rows of parseCsv(body)) {
    yield header ? rows.slice(1) : rows;
    header &&= rows.length === 0;
  }
}

async function* parseCsv(body: AsyncIterable<Uint8Array>): AsyncGenerator<Cells[]> {
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

import type { BoundQuery } from "../../sql/library/where";
import type { FinishedQuery } from "../../tools/kit/athena";
import { runQuery } from "../../tools/kit/athena";
import { readResults } from "../../tools/kit/athena-results";
import { Failure, UsageError } from "../../tools/kit/errors";
import type { Clients } from "../clients";

export interface Described {
  readonly columns: readonly string[];
  /** Folder of the workgroup's results, with a slash at the end. */
  readonly results: string;
}

/** The columns of a query, which reads no row for them. */
export async function describeQuery(
  clients: Clients,
  target: { readonly database: string; readonly workgroup: string },
  { query, parameters }: BoundQuery,
): Promise<Described> {
  const { abortSignal } = clients.callOptions;
  const finished: FinishedQuery = await runQuery(
    clients.athena,
    target,
    { query: `SELECT * FROM (\n${query}\n) LIMIT 0`, parameters },
    abortSignal && { signal: abortSignal },
  );
  const { columns } = await readResults(clients.athena, finished);
  const location = finished.execution.ResultConfiguration?.OutputLocation ?? "";
  if (!location.startsWith("s3://"))
    throw new Failure(`the workgroup ${target.workgroup} has no result location`);
  return {
    columns: columns.map(({ name }) => name),
    results: location.slice(0, location.lastIndexOf("/") + 1),
  };
}

/** UNLOAD of a query as Parquet. Athena wants the columns of the partitions last, and at least one other. */
export function unloadOf(
  query: string,
  columns: readonly string[],
  partitions: readonly string[],
  location: string,
): string {
  for (const name of partitions)
    if (!columns.includes(name))
      throw new UsageError(`--partition-by ${name} is no column of the result: ${columns.join(", ")}`);
  const rest = columns.filter((column) => !partitions.includes(column));
  if (rest.length === 0) throw new UsageError("--partition-by takes some of the columns, not all");
  const by = partitions.map((column) => literal(column)).join(", ");
  return `UNLOAD (
SELECT ${[...rest, ...partitions].map(identifier).join(", ")} FROM (
${query}
)
)
TO ${literal(location)}
WITH (format = 'PARQUET', compression = 'ZSTD'${by === "" ? "" : `, partitioned_by = ARRAY[${by}]`})`;
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import type { FeedDefinition } from "../../data/feeds";
import { dayPredicate, type HourRange } from "../../data/hours";
import { tablesOf } from "../../data/names";

export interface QueryTarget {
  readonly database: string;
  readonly workgroup: string;
}

/** Rows of a feed's view by hour. */
export const viewCounts = (feed: FeedDefinition, range: HourRange): string =>
  `SELECT dt, hour, count(*) AS events FROM ${tablesOf(feed).view} ` +
  `WHERE ${dayPredicate(range)} GROUP BY dt, hour`;

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/** Counts the rows of a view of at most a month: the result has to fit in one page of 1,000 rows. */
export async function readView(
  athena: AthenaClient,
  { database, workgroup }: QueryTarget,
  feed: FeedDefinition,
  range: HourRange,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const options = { abortSignal: signal };
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: viewCounts(feed, range),
      QueryExecutionContext: { Database: database },
      WorkGroup: workgroup,
    }),
    options,
  );
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    await sleep(wait, undefined, { signal });
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }), options);
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") break;
    if (State === "FAILED" || State === "CANCELLED")
      throw new Error(`the query on ${tablesOf(feed).view} ended as ${State}: ${StateChangeReason}`);
  }
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }), options);
  // The first row has the column names.
  const rows = (ResultSet?.Rows ?? [])
    .slice(1)
    .map(({ Data = [] }) => Data.map((cell) => cell.VarCharValue ?? ""));
  return new Map(rows.map(([dt, hour, events]) => [`${dt}T${hour}`, Number(events)]));
}

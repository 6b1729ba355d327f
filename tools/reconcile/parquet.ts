import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { FeedDefinition } from "../../data/feeds";
import { sqlName } from "../../data/feeds/glue";
import { dayPredicate, type HourRange } from "../../data/hours";
import { type Names, rawTable } from "../../data/names";
import type { ParquetRow } from "../../functions/reconcile/lake";
import { runQuery } from "../kit/athena";
import { readResults } from "../kit/athena-results";
import type { Clients } from "../kit/clients";

/** The rows of the feed's Parquet objects in raw/, read through Athena. */
export async function* parquetRows(
  { athena, s3 }: Pick<Clients, "athena" | "s3">,
  names: Names,
  feed: FeedDefinition,
  range: HourRange,
): AsyncGenerator<ParquetRow> {
  const columns = Object.keys(feed.columns);
  const finished = await runQuery(athena, names, { query: parquetRowsSql(feed, range), parameters: [] });
  const openObject = async (Bucket: string, Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body as AsyncIterable<Uint8Array> | undefined;
  const { rows } = await readResults(athena, finished, { openObject });
  for await (const batch of rows)
    for (const [path, ...cells] of batch) {
      const value: Record<string, string> = {};
      columns.forEach((column, i) => {
        const cell = cells[i];
        if (cell !== null && cell !== undefined) value[column] = cell;
      });
      yield { key: (path ?? "").replace(/^s3:\/\/[^/]+\//, ""), value };
    }
}

export const parquetRowsSql = (feed: FeedDefinition, range: HourRange): string =>
  `SELECT "$path", ${Object.keys(feed.columns).map(sqlName).join(", ")} ` +
  `FROM ${rawTable(feed.name, "parquet")} WHERE ${dayPredicate(range)}`;

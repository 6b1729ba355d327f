import type { FeedDefinition } from "../../data/feeds";
import { sqlName } from "../../data/feeds/glue";
import { daysKey, IMPORTED, inputsKey, type ShownDays } from "../../data/history/layout";
import { type Names, tablesOf } from "../../data/names";
import type { HistoryRow } from "../../functions/reconcile/lake";
import { objectsUnder } from "../../functions/shared/objects";
import { queryRows } from "../kit/athena-results";
import type { Clients } from "../kit/clients";

type Input = { readonly key: string };

/**
 * The keys of a feed's rows in history, of days that have rows in history alone: their objects in csv/ have expired, or
 * they were imported. `keysOf` are the objects that csv/ still has of a day.
 */
export async function* historyRows(
  { athena, s3 }: Pick<Clients, "athena" | "s3">,
  { names, bucket, feed }: { readonly names: Names; readonly bucket: string; readonly feed: FeedDefinition },
  range: { readonly from: string; readonly to: string },
  keysOf: (day: string) => ReadonlySet<string>,
): AsyncGenerator<HistoryRow> {
  const read = async <T>(key: string): Promise<T | undefined> => {
    for await (const { text } of objectsUnder(s3, bucket, key)) return JSON.parse(text) as T;
    return undefined;
  };
  const shown = (await read<ShownDays>(daysKey(feed.name))) ?? {};
  const columns = keyColumns(feed);
  for (const [day, { run }] of Object.entries(shown)) {
    if (day < range.from.slice(0, 10) || day > range.to.slice(0, 10)) continue;
    const inputs = (await read<Input[]>(inputsKey(feed.name, day, run))) ?? [];
    const present = keysOf(day);
    if (inputs.every(({ key }) => present.has(key))) continue;
    const imported = inputs.some(({ key }) => key.startsWith(IMPORTED));
    const rows = await queryRows(athena, names, historyKeysSql(feed, day));
    for (const cells of rows)
      yield {
        imported,
        row: Object.fromEntries(columns.map((name, i) => [name, textOf(feed, name, cells[i])])),
      };
  }
}

const keyColumns = (feed: FeedDefinition): string[] => [...new Set([feed.eventTime, ...feed.naturalKey])];

export const historyKeysSql = (feed: FeedDefinition, day: string): string =>
  `SELECT ${keyColumns(feed).map(sqlName).join(", ")} FROM ${tablesOf(feed).history} WHERE dt = '${day}'`;

/** As the text of csv/: Athena writes 12 as 12.0. */
function textOf(feed: FeedDefinition, column: string, cell: string | null | undefined): string {
  if (cell === null || cell === undefined) return "";
  return feed.columns[column]?.type === "double" ? String(Number(cell)) : cell;
}

import { IMPORTED } from "../../data/history/layout";
import type { Lake, Options, PlannedDay } from "./model";
import { plan } from "./plan";
import { type CsvObject, type HistoryDay, isClosed } from "./step";

/** The rows of a day to import: valid, and each key once. */
export interface ImportDay {
  readonly day: string;
  readonly rows: number;
  /** The hours that have rows, "00 01 23". */
  readonly hours: string;
  /** Identifies the rows. */
  readonly digest: string;
  /** Sum of the rows' checksums. */
  readonly checksum: bigint;
}

export interface SortedDay extends ImportDay, Pick<PlannedDay, "csvBytes" | "historyBytes"> {
  readonly kind: "new" | "merged" | "unchanged" | "show" | "open";
  readonly history: HistoryDay | undefined;
  /** A verified run that has lost its partition. */
  readonly lost: string | undefined;
}

/** What each day needs, oldest first. */
export async function sortDays(
  lake: Lake,
  days: readonly ImportDay[],
  options: Options,
): Promise<readonly SortedDay[]> {
  const ordered = [...days].sort((a, b) => (a.day < b.day ? -1 : 1));
  const planned = await plan(lake, { ...options, from: ordered[0]?.day, to: ordered.at(-1)?.day });
  const byDay = new Map(planned.days.map((each) => [each.day, each]));
  const sorted: SortedDay[] = [];
  for (const each of ordered) {
    const { step, history, shown = false, csvBytes = 0, historyBytes = 0 } = byDay.get(each.day) ?? {};
    const lost = step?.kind === "restore" ? step.run : undefined;
    const add = (kind: SortedDay["kind"]) =>
      sorted.push({ ...each, kind, history, lost, csvBytes, historyBytes });
    const run = history?.run ?? lost;
    const isImported = async (of: string) =>
      (await lake.inputsOf(each.day, of)).some(({ key }) => key === inputOf(each).key);
    if (!isClosed(each.day, options.now())) add("open");
    else if (run === undefined) add(planned.csvDays.has(each.day) ? "merged" : "new");
    // The view must not leave csv/ for a run that lacks its rows.
    else if ((step?.kind === "write" && !shown) || !(await isImported(run))) add("merged");
    else add(shown && lost === undefined ? "unchanged" : "show");
  }
  return sorted;
}

/** How a run's list of inputs names the imported rows. No object of csv/ has such a key, so later runs read history too. */
export const inputOf = ({ digest }: ImportDay): CsvObject => ({
  key: `${IMPORTED}${digest}`,
  etag: digest,
  modified: 0,
});

import type { FeedDefinition } from "../feeds/contract";
import { type GlueColumn, viewColumns } from "../feeds/glue";

/**
 * Columns of `<feed>_history`: those of the view, without the partition key dt. `hour` is the first, because a contract's
 * new columns go last, and Athena compares the columns of an older partition by their position.
 */
export function historyColumns(feed: FeedDefinition): GlueColumn[] {
  const columns = viewColumns(feed);
  const hour = columns.filter(({ name }) => name === "hour");
  return [...hour, ...columns.filter(({ name }) => name !== "hour" && name !== "dt")];
}

/** Partition keys of `<feed>_runs`, the table over all runs, by which a run is verified before a query can see it. */
export const runKeys: readonly GlueColumn[] = [
  { name: "dt", type: "string", comment: "UTC day, YYYY-MM-DD" },
  { name: "run", type: "string", comment: "Run of the compaction" },
];

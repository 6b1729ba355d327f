import { tablesOf } from "../../data/names";
import { knownFeeds } from "../../sql/library/feeds";
import type { Clients } from "../clients";
import type { PartitionRange } from "../lake/partitions";
import { getTable } from "../plan/catalogue";
import type { Scan } from "../plan/estimate";
import type { Bounds } from "./bounds";
import { type Node, parseTrino } from "./parse";
import { tableReads } from "./table-reads";

/** The scans of an ad-hoc query: its tables, and those behind its views, with the partitions that its WHERE leaves. */
export async function scansIn(clients: Clients, database: string, tree: Node): Promise<Scan[]> {
  const scans: Scan[] = [];
  for (const { table, schema, bounds } of tableReads(tree)) {
    if (schema === "information_schema") continue;
    scans.push(...(await scansOfTable(clients, schema ?? database, table, bounds, 0)));
  }
  return scans;
}

const maxViewDepth = 10;

async function scansOfTable(
  clients: Clients,
  database: string,
  name: string,
  bounds: ReadonlyMap<string, Bounds>,
  depth: number,
): Promise<Scan[]> {
  const table = await getTable(clients, database, name);
  const feed = knownFeeds().find((each) => tablesOf(each).view === name);
  if (feed && table.TableType === "VIRTUAL_VIEW") {
    const pruned = ["dt", "hour"].some((key) => bounds.has(key));
    return [{ table: tablesOf(feed).csv, database, viewOf: feed.name, range: rangeOf(bounds), pruned }];
  }
  if (table.TableType === "VIRTUAL_VIEW" && depth < maxViewDepth) {
    const tree = viewTree(table.ViewOriginalText ?? "");
    const reads = tree ? tableReads(tree) : [];
    const nested = await Promise.all(
      // Athena pushes a predicate on a column of the view down to the table behind it.
      reads.map((read) =>
        scansOfTable(
          clients,
          read.schema ?? database,
          read.table,
          new Map([...read.bounds, ...bounds]),
          depth + 1,
        ),
      ),
    );
    return nested.flat();
  }
  const keys = (table.PartitionKeys ?? []).map((key) => key.Name ?? "");
  const pruned = keys.length === 0 || keys.some((key) => bounds.has(key));
  return [{ table: name, database, range: rangeOf(bounds), pruned }];
}

function rangeOf(bounds: ReadonlyMap<string, Bounds>): PartitionRange {
  const { from, to } = bounds.get("dt") ?? {};
  const hours = bounds.get("hour") ?? {};
  const oneDay = from !== undefined && from === to;
  return {
    ...(from !== undefined && { from: { dt: from, hour: (oneDay ? hours.from : undefined) ?? "00" } }),
    ...(to !== undefined && { to: { dt: to, hour: (oneDay ? hours.to : undefined) ?? "23" } }),
  };
}

/** Parses the query of a view. Glue stores it as base64 of JSON in a comment. */
function viewTree(text: string): Node | undefined {
  const encoded = /^\/\* Presto View: (\S+) \*\/$/.exec(text.trim())?.[1];
  if (encoded === undefined) return undefined;
  const { originalSql } = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as {
    originalSql: string;
  };
  const parsed = parseTrino(originalSql);
  return "tree" in parsed ? parsed.tree : undefined;
}

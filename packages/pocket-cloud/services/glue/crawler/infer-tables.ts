import type { Table } from "@aws-sdk/client-glue";
import type { CrawlerConfiguration } from "./configuration";
import { buildTree, depthOfFiles, type Folder, filesUnder, filterFiles, foldersAt, isEmpty } from "./folders";
import { combine, groupBySimilarity, type InferredTable } from "./grouping";
import type { Scan } from "./scan";

/**
 * The tables that the files under one include path make up. New files where an existing partitioned table has its
 * partitions belong to that table; the rest is grouped by the crawler's configuration.
 */
export function inferTables(
  { bucket, root }: Scan,
  existing: readonly Table[],
  configuration: CrawlerConfiguration,
): InferredTable[] {
  const additions: InferredTable[] = [];
  const used = new Set<string>();
  for (const { StorageDescriptor, PartitionKeys = [] } of existing) {
    const location = StorageDescriptor?.Location ?? "";
    const path = location.slice(`s3://${bucket}/`.length);
    if (PartitionKeys.length === 0 || location !== `s3://${bucket}/${path}` || !path.startsWith(root.path))
      continue;
    const files = [...filesUnder(root)].filter(({ key }) => key.startsWith(path));
    const folder = buildTree(path.split("/").at(-2) ?? bucket, path, files);
    const [table] = depthOfFiles(folder) === PartitionKeys.length ? combine(folder) : [];
    if (!table) continue;
    additions.push(table);
    for (const { key } of files) used.add(key);
  }
  const rest = filterFiles(root, ({ key }) => !used.has(key));
  return [...additions, ...newTables(rest, configuration)];
}

function newTables(root: Folder, configuration: CrawlerConfiguration): InferredTable[] {
  if (isEmpty(root)) return [];
  const { tableLevel } = configuration;
  if (tableLevel === undefined)
    return configuration.combineCompatible ? combine(root) : groupBySimilarity(root);
  // Level 1 is the bucket, level 2 its top folders.
  const depth = tableLevel - 1 - root.path.split("/").filter((segment) => segment !== "").length;
  return depth <= 0
    ? combine(root)
    : [...foldersAt(root, depth).flatMap(combine), ...tablesAbove(root, depth)];
}

/** Files above the level of tables: grouped by similarity, folder by folder. */
function tablesAbove(folder: Folder, depth: number): InferredTable[] {
  if (depth <= 0) return [];
  return [
    ...groupBySimilarity({ ...folder, folders: new Map() }),
    ...[...folder.folders.values()].flatMap((child) => tablesAbove(child, depth - 1)),
  ];
}

import type { CrawlerConfiguration } from "./configuration";
import { type Folder, foldersAt } from "./folders";
import { byLikeness, combined, type Draft } from "./grouping";
import type { Scan } from "./scan";

/** The tables one include path suggests, by the crawler's grouping rules. */
export function draftsOf({ root }: Scan, { combine, tableLevel }: CrawlerConfiguration): Draft[] {
  if (isEmpty(root)) return [];
  if (tableLevel === undefined) return combine ? combined(root) : byLikeness(root);
  // Level 1 is the bucket, 2 its first folders.
  const below = tableLevel - 1 - root.path.split("/").filter((segment) => segment !== "").length;
  if (below <= 0) return combined(root);
  const tables = foldersAt(root, below).flatMap(combined);
  return [...tables, ...filesAbove(root, below)];
}

const isEmpty = (folder: Folder): boolean => folder.files.length === 0 && folder.folders.size === 0;

/** Files that lie above the level of tables are tables by likeness, folder by folder. */
function filesAbove(folder: Folder, depth: number): Draft[] {
  if (depth <= 0) return [];
  const own = byLikeness({ ...folder, folders: new Map() });
  return [...own, ...[...folder.folders.values()].flatMap((child) => filesAbove(child, depth - 1))];
}

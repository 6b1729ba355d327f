import type { Table } from "@aws-sdk/client-glue";
import { type Folder, filesUnder, shallowest, tree } from "./folders";
import { combined, type Draft } from "./grouping";
import type { Scan } from "./scan";

/** New folders that lie where a known table has its partitions are partitions of it; the rest is looked at afresh. */
export function attach({ bucket, root }: Scan, known: readonly Table[]): { attached: Draft[]; rest: Folder } {
  const attached: Draft[] = [];
  const used = new Set<string>();
  for (const table of known) {
    const location = table.StorageDescriptor?.Location ?? "";
    const depth = table.PartitionKeys?.length ?? 0;
    const path = location.slice(`s3://${bucket}/`.length);
    if (depth === 0 || !location.startsWith(`s3://${bucket}/`) || !path.startsWith(root.path)) continue;
    const files = [...filesUnder(root)].filter(({ key }) => key.startsWith(path));
    if (files.length === 0) continue;
    const below = tree(path.split("/").at(-2) ?? bucket, path, files);
    const [draft] = shallowest(below) === depth ? combined(below) : [];
    if (!draft) continue;
    attached.push(draft);
    for (const { key } of files) used.add(key);
  }
  return {
    attached,
    rest: tree(
      root.name,
      root.path,
      [...filesUnder(root)].filter(({ key }) => !used.has(key)),
    ),
  };
}

import { type CrawledFile, type Folder, filesUnder, shallowest } from "./folders";
import { compatible, type FileSchema, similar, union } from "./schema";

/** A table that the files suggest. */
export interface Draft {
  /** The last segment of its location, before it is made a table's name. */
  readonly name: string;
  /** Key prefix; for a table of a single file, its key. */
  readonly path: string;
  readonly file: boolean;
  readonly schema: FileSchema;
  readonly partitions: readonly DraftPartition[];
  readonly objects: number;
  readonly size: number;
}

export interface DraftPartition {
  /** Folder names below the table, outermost first. */
  readonly folders: readonly string[];
  readonly path: string;
  readonly schema: FileSchema;
  readonly objects: number;
  readonly size: number;
}

/**
 * Tables by likeness: folders side by side whose content is similar are partitions of one table, when they are the
 * majority; the others are tables of their own, and so is each file among dissimilar files.
 */
export function byLikeness(folder: Folder): Draft[] {
  const children = [...folder.folders.values()].flatMap(byLikeness);
  const own = ownFiles(folder);
  if (folder.folders.size === 0) return own;
  if (own.length > 0) return [...mergeInto(folder, own, children)];
  const rooted = children.filter((draft) => isChild(folder, draft));
  const group = largestGroup(rooted);
  if (group.length * 2 <= folder.folders.size) return children;
  return [asPartitions(folder, group), ...children.filter((draft) => !group.includes(draft))];
}

/** Files next to folders: one unpartitioned table when everything is alike, else all apart. */
function mergeInto(folder: Folder, own: readonly Draft[], children: readonly Draft[]): readonly Draft[] {
  const all = [...own, ...children];
  const [first] = own;
  const alike = first && all.every(({ schema }) => fits(first.schema, schema));
  if (!alike) return all;
  const files = [...filesUnder(folder)];
  return [{ ...draftOf(folder, files), schema: all.map(({ schema }) => schema).reduce(union) }];
}

const isChild = (folder: Folder, draft: Draft): boolean =>
  !draft.file && draft.path.slice(folder.path.length).split("/").length === 2;

const depthOf = (draft: Draft): number => draft.partitions[0]?.folders.length ?? 0;

const fits = (a: FileSchema, b: FileSchema): boolean => compatible(a.format, b.format) && similar(a, b);

function largestGroup(drafts: readonly Draft[]): readonly Draft[] {
  const groups: Draft[][] = [];
  for (const draft of drafts) {
    const found = groups.find(
      ([one]) => one && depthOf(one) === depthOf(draft) && fits(one.schema, draft.schema),
    );
    if (found) found.push(draft);
    else groups.push([draft]);
  }
  return groups.sort((a, b) => b.length - a.length)[0] ?? [];
}

/** The table at a folder whose partitions are the tables found in the folders below. */
function asPartitions(folder: Folder, drafts: readonly Draft[]): Draft {
  const partitions = drafts.flatMap((draft): DraftPartition[] => {
    const { name, path, schema, objects, size } = draft;
    if (draft.partitions.length === 0) return [{ folders: [name], path, schema, objects, size }];
    return draft.partitions.map((partition) => ({ ...partition, folders: [name, ...partition.folders] }));
  });
  return {
    name: folder.name,
    path: folder.path,
    file: false,
    schema: drafts.map(({ schema }) => schema).reduce(union),
    partitions,
    objects: sum(drafts, ({ objects }) => objects),
    size: sum(drafts, ({ size }) => size),
  };
}

/** Files of one folder: one table when they are alike, else a table each. */
function ownFiles(folder: Folder): Draft[] {
  const known = folder.files.filter(({ schema }) => schema !== undefined);
  const [first] = known;
  if (!first?.schema) return [];
  const { schema } = first;
  if (known.every((file) => file.schema && fits(schema, file.schema))) return [draftOf(folder, folder.files)];
  return known.map((file) => ({
    name: file.key.slice(folder.path.length),
    path: file.key,
    file: true,
    schema: file.schema as FileSchema,
    partitions: [],
    objects: 1,
    size: file.size,
  }));
}

function draftOf(folder: Folder, files: readonly CrawledFile[]): Draft {
  const schemas = files.flatMap(({ schema }) => schema ?? []);
  return {
    name: folder.name,
    path: folder.path,
    file: false,
    schema: schemas.reduce(union),
    partitions: [],
    objects: files.length,
    size: sum(files, ({ size }) => size),
  };
}

/**
 * One table of all files under a folder that can be read alike, however similar they are; files of other formats go
 * by likeness among themselves.
 */
export function combined(folder: Folder): Draft[] {
  const files = [...filesUnder(folder)];
  const formats: FileSchema[] = [];
  for (const { schema } of files)
    if (schema && !formats.some((one) => compatible(one.format, schema.format))) formats.push(schema);
  const counted = formats.map((one) => ({
    one,
    count: files.filter(({ schema }) => schema && compatible(one.format, schema.format)).length,
  }));
  const main = counted.sort((a, b) => b.count - a.count)[0]?.one;
  if (!main) return [];
  const fitting = prune(
    folder,
    ({ schema }) => schema === undefined || compatible(main.format, schema.format),
  );
  const others = prune(
    folder,
    ({ schema }) => schema !== undefined && !compatible(main.format, schema.format),
  );
  const depth = shallowest(fitting);
  const table = draftOf(fitting, [...filesUnder(fitting)]);
  const partitions = depth === 0 ? [] : partitionsAt(fitting, depth, []);
  return [
    { ...table, partitions },
    ...(others.files.length + others.folders.size > 0 ? byLikeness(others) : []),
  ];
}

function partitionsAt(folder: Folder, depth: number, names: readonly string[]): DraftPartition[] {
  return [...folder.folders.values()].flatMap((child) => {
    const folders = [...names, child.name];
    if (depth > 1) return partitionsAt(child, depth - 1, folders);
    const { path, schema, objects, size } = draftOf(child, [...filesUnder(child)]);
    return [{ folders, path, schema, objects, size }];
  });
}

/** The folder with only some of its files, and only folders that have any. */
function prune(folder: Folder, keep: (file: CrawledFile) => boolean): Folder {
  const folders = new Map(
    [...folder.folders]
      .map(([name, child]) => [name, prune(child, keep)] as const)
      .filter(([, child]) => child.files.length + child.folders.size > 0),
  );
  return { ...folder, files: folder.files.filter(keep), folders };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

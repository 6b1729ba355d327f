import {
  type CrawledFile,
  depthOfFiles,
  type Folder,
  filesUnder,
  filterFiles,
  foldersAt,
  isEmpty,
} from "./folders";
import { compatible, type FileSchema, similar, union } from "./formats/schema";

/** Files that have one schema: a whole table or one of its partitions. */
export interface FileGroup {
  /** Key prefix; for a table of a single file, its key. */
  readonly path: string;
  readonly schema: FileSchema;
  readonly objects: number;
  readonly size: number;
}

/** A table inferred from the files. */
export interface InferredTable extends FileGroup {
  /** The last segment of its path, from which the table's name is made. */
  readonly name: string;
  /** Whether the table is a single file instead of a folder. */
  readonly singleFile: boolean;
  readonly partitions: readonly InferredPartition[];
}

export interface InferredPartition extends FileGroup {
  /** Names of the folders between the table and the partition's files, outermost first. */
  readonly folders: readonly string[];
}

/**
 * Groups by similarity. Sibling folders with similar content are partitions of one table if they are the majority;
 * the other folders are tables. Files of one folder share a table if all are similar; otherwise each is a table.
 */
export function groupBySimilarity(folder: Folder): InferredTable[] {
  const below = [...folder.folders.values()].flatMap(groupBySimilarity);
  const here = groupFiles(folder);
  if (folder.folders.size === 0) return here;
  if (here.length > 0) return groupMixed(folder, here, below);
  const candidates = below.filter((table) => isChildFolder(folder, table));
  const group = largestGroup(candidates);
  if (group.length * 2 <= folder.folders.size) return below;
  return [asPartitions(folder, group), ...below.filter((table) => !group.includes(table))];
}

/** Files beside folders: one table without partitions if everything is similar, else separate tables. */
function groupMixed(
  folder: Folder,
  here: readonly InferredTable[],
  below: readonly InferredTable[],
): InferredTable[] {
  const all = [...here, ...below];
  const [first] = here;
  if (!first || !all.every(({ schema }) => fits(first.schema, schema))) return all;
  return [{ ...tableOf(folder), schema: all.map(({ schema }) => schema).reduce(union) }];
}

const isChildFolder = (folder: Folder, table: InferredTable): boolean =>
  !table.singleFile && table.path.slice(folder.path.length).split("/").length === 2;

const partitionDepth = (table: InferredTable): number => table.partitions[0]?.folders.length ?? 0;

const fits = (a: FileSchema, b: FileSchema): boolean => compatible(a.format, b.format) && similar(a, b);

function largestGroup(tables: readonly InferredTable[]): readonly InferredTable[] {
  const groups: InferredTable[][] = [];
  for (const table of tables) {
    const found = groups.find(
      ([one]) => one && partitionDepth(one) === partitionDepth(table) && fits(one.schema, table.schema),
    );
    if (found) found.push(table);
    else groups.push([table]);
  }
  return groups.sort((a, b) => b.length - a.length)[0] ?? [];
}

/** One table at the folder; the tables below it become its partitions. */
function asPartitions(folder: Folder, tables: readonly InferredTable[]): InferredTable {
  return {
    name: folder.name,
    path: folder.path,
    singleFile: false,
    schema: tables.map(({ schema }) => schema).reduce(union),
    partitions: tables.flatMap(({ name, path, schema, objects, size, partitions }): InferredPartition[] =>
      partitions.length === 0
        ? [{ folders: [name], path, schema, objects, size }]
        : partitions.map((partition) => ({ ...partition, folders: [name, ...partition.folders] })),
    ),
    objects: sum(tables, ({ objects }) => objects),
    size: sum(tables, ({ size }) => size),
  };
}

function groupFiles(folder: Folder): InferredTable[] {
  const classified = folder.files.flatMap(({ schema, ...file }) => (schema ? [{ ...file, schema }] : []));
  const [first] = classified;
  if (!first) return [];
  if (classified.every(({ schema }) => fits(first.schema, schema)))
    return [tableOf({ ...folder, folders: new Map() })];
  return classified.map(({ key, size, schema }) => ({
    name: key.slice(folder.path.length),
    path: key,
    singleFile: true,
    schema,
    partitions: [],
    objects: 1,
    size,
  }));
}

/** One table of all files under a folder, without partitions. */
function tableOf(folder: Folder): InferredTable {
  const files = [...filesUnder(folder)];
  return {
    name: folder.name,
    path: folder.path,
    singleFile: false,
    schema: files.flatMap(({ schema }) => schema ?? []).reduce(union),
    partitions: [],
    objects: files.length,
    size: sum(files, ({ size }) => size),
  };
}

/**
 * One table of all files under a folder that have the most frequent format, whether or not their schemas are similar.
 * Files of other formats are grouped by similarity.
 */
export function combine(folder: Folder): InferredTable[] {
  const schemas = [...filesUnder(folder)].flatMap(({ schema }) => schema ?? []);
  const formats = schemas.filter(
    ({ format }, at) => schemas.findIndex((other) => compatible(other.format, format)) === at,
  );
  const [main] = formats
    .map(({ format }) => ({
      format,
      count: schemas.filter((schema) => compatible(format, schema.format)).length,
    }))
    .sort((a, b) => b.count - a.count);
  if (!main) return [];
  const inMain = ({ schema }: CrawledFile) => schema === undefined || compatible(main.format, schema.format);
  const combined = filterFiles(folder, inMain);
  const others = filterFiles(folder, (file) => !inMain(file));
  const depth = depthOfFiles(combined);
  const partitions = depth === 0 ? [] : partitionsAt(combined, depth);
  return [{ ...tableOf(combined), partitions }, ...(isEmpty(others) ? [] : groupBySimilarity(others))];
}

function partitionsAt(folder: Folder, depth: number): InferredPartition[] {
  return foldersAt(folder, depth).map((child) => {
    const { path, schema, objects, size } = tableOf(child);
    return { folders: path.slice(folder.path.length, -1).split("/"), path, schema, objects, size };
  });
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

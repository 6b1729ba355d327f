import type { FileSchema } from "./schema";

/** A data file found, with what its content says; schema undefined for a file not looked into (beyond the sample). */
export interface CrawledFile {
  readonly key: string;
  readonly size: number;
  readonly schema: FileSchema | undefined;
}

export interface Folder {
  readonly name: string;
  /** The key prefix, ending in "/" (empty for a bucket's root). */
  readonly path: string;
  readonly files: CrawledFile[];
  readonly folders: Map<string, Folder>;
}

export const emptyFolder = (name: string, path: string): Folder => ({
  name,
  path,
  files: [],
  folders: new Map(),
});

/** The files under a prefix as a tree of folders. */
export function tree(name: string, path: string, files: readonly CrawledFile[]): Folder {
  const root = emptyFolder(name, path);
  for (const file of files) {
    let folder = root;
    const segments = file.key.slice(path.length).split("/").slice(0, -1);
    for (const segment of segments) {
      const next = folder.folders.get(segment) ?? emptyFolder(segment, `${folder.path}${segment}/`);
      folder.folders.set(segment, next);
      folder = next;
    }
    folder.files.push(file);
  }
  return root;
}

export function* filesUnder(folder: Folder): Iterable<CrawledFile> {
  yield* folder.files;
  for (const child of folder.folders.values()) yield* filesUnder(child);
}

/** Folders at a depth below this one. */
export function foldersAt(folder: Folder, depth: number): Folder[] {
  if (depth <= 0) return [folder];
  return [...folder.folders.values()].flatMap((child) => foldersAt(child, depth - 1));
}

/** How deep the shallowest file lies below this folder. */
export function shallowest(folder: Folder): number {
  if (folder.files.length > 0) return 0;
  return 1 + Math.min(...[...folder.folders.values()].map(shallowest), Number.POSITIVE_INFINITY);
}

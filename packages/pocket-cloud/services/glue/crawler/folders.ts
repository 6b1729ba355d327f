import type { FileSchema } from "./formats/schema";

/** A data file. Its schema is undefined when the sample size excludes it. */
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

const emptyFolder = (name: string, path: string): Folder => ({ name, path, files: [], folders: new Map() });

/** The files under a key prefix as a tree of folders. */
export function buildTree(name: string, path: string, files: readonly CrawledFile[]): Folder {
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

export const isEmpty = ({ files, folders }: Folder): boolean => files.length + folders.size === 0;

export function* filesUnder(folder: Folder): Iterable<CrawledFile> {
  yield* folder.files;
  for (const child of folder.folders.values()) yield* filesUnder(child);
}

/** The folders `depth` levels below this one. */
export function foldersAt(folder: Folder, depth: number): Folder[] {
  if (depth <= 0) return [folder];
  return [...folder.folders.values()].flatMap((child) => foldersAt(child, depth - 1));
}

/** The number of levels between this folder and its nearest file. */
export function depthOfFiles(folder: Folder): number {
  if (folder.files.length > 0) return 0;
  return 1 + Math.min(...[...folder.folders.values()].map(depthOfFiles), Number.POSITIVE_INFINITY);
}

/** The folder with only the files that pass, without folders that become empty. */
export function filterFiles(folder: Folder, passes: (file: CrawledFile) => boolean): Folder {
  const folders = new Map(
    [...folder.folders]
      .map(([name, child]) => [name, filterFiles(child, passes)] as const)
      .filter(([, child]) => !isEmpty(child)),
  );
  return { ...folder, files: folder.files.filter(passes), folders };
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** ISO 8601. */
  readonly modified: string;
}

export interface Folder {
  readonly folders: readonly string[];
  readonly objects: readonly StoredObject[];
}

const MOST_FOLDERS = 40;

/** The newest objects under a prefix whose folders are named by time: those of the last folder first. */
export async function newestObjects(
  list: (prefix: string) => Promise<Folder>,
  prefix: string,
  wanted: number,
): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  let listed = 0;
  const visit = async (folder: string): Promise<void> => {
    if (found.length >= wanted || listed >= MOST_FOLDERS) return;
    listed++;
    const { folders, objects } = await list(folder);
    found.push(...[...objects].sort((a, b) => (a.modified < b.modified ? 1 : -1)));
    for (const inner of [...folders].sort().reverse()) await visit(inner);
  };
  await visit(prefix);
  return found.slice(0, wanted);
}

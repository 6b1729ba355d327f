import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The mode of every file of the state directory: only its owner may read it, because some contain keys. */
export const PRIVATE_FILE = 0o600;

const PRIVATE_DIRECTORY = 0o700;

/**
 * Creates a directory and its parents, accessible only to the owner. Step by step: Node's recursive mkdir never returns
 * where a parent exists and refuses with ENOENT, as /proc does.
 */
export function makePrivateDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  // Node 20 refuses a path below a file in `stat` already, Node 22 only here.
  if (found) throw new Error(`ENOTDIR: not a directory, mkdir '${path}'`);
  const parent = dirname(path);
  if (parent !== path) makePrivateDirectory(parent);
  try {
    mkdirSync(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    // Another process may have created it by now.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Creates the state directory. Earlier versions created it readable by everyone: that is corrected. A directory that
 * holds other files keeps its mode, and only its subdirectory of the cloud becomes private.
 */
export function makeStateDirectory(dir: string): void {
  const cloud = join(dir, "cloud");
  const ours = !existsSync(dir) || existsSync(cloud);
  makePrivateDirectory(cloud);
  for (const path of ours ? [dir, cloud] : [cloud]) chmodSync(path, PRIVATE_DIRECTORY);
}

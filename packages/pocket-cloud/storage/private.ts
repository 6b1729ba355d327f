import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** The mode of every file of the state directory: only its owner may read it, because some contain keys. */
export const PRIVATE_FILE = 0o600;

const PRIVATE_DIRECTORY = 0o700;

/** Creates a directory and its parents, accessible only to the owner. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY });
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

import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "./bundle";

const root = join(__dirname, "..");
const DAY_MS = 86_400_000;

let state: string | undefined;

/** A function's code as Lambda takes it. */
export function functionArchive(source: string): pulumi.asset.AssetArchive {
  state ??= stateOf(root);
  return new pulumi.asset.AssetArchive(
    bundleAsset(root, state, source).then((index) => ({ "index.js": index })),
  );
}

/**
 * A bundle in a file, where one can be written: as text, the stack's state would hold a quarter of a megabyte for each
 * function. The path is from the program's folder and the same on every machine. The folder is named by all that the
 * bundles are made of, so what is there already need not be made again.
 */
export async function bundleAsset(dir: string, made: string, source: string): Promise<pulumi.asset.Asset> {
  const folder = `${BUNDLES}/${made}`;
  const path = `${folder}/${source}.js`;
  if (existsSync(join(dir, path))) return new pulumi.asset.FileAsset(path);
  const text = await bundleFunction(source);
  try {
    // Another resource's call may have been here meanwhile; somebody's editor too, and then it is no bundle of `made`.
    if (!existsSync(join(dir, path))) {
      if (stateOf(dir) !== made) return new pulumi.asset.StringAsset(text);
      place(join(dir, folder), `${source}.js`, text);
      forgetOld(join(dir, BUNDLES), made);
    }
    return new pulumi.asset.FileAsset(path);
  } catch {
    return new pulumi.asset.StringAsset(text);
  }
}

const BUNDLES = "node_modules/.cache/pricelake/functions";

/** The functions and what they import of ours, how they are bundled, and the packages that are there. */
export const MADE_OF = [
  "functions",
  "data/feeds",
  "data/records",
  "infra/bundle.ts",
  "infra/shake-sdk.ts",
  "infra/unused-sdk.ts",
  "package-lock.json",
  "node_modules/.package-lock.json",
];

export function stateOf(dir: string): string {
  const hash = createHash("sha256");
  for (const path of MADE_OF.flatMap((path) => filesIn(dir, path))) {
    const content = readFileSync(join(dir, path));
    hash.update(`${path}\0${content.byteLength}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 32);
}

function filesIn(dir: string, path: string): string[] {
  const found = statSync(join(dir, path), { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(join(dir, path))
    .sort()
    .flatMap((name) => filesIn(dir, `${path}/${name}`));
}

/** Whole or not at all, even when the power goes: what is there once is deployed without another look. */
function place(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `${name}.${process.pid}`);
  const file = openSync(unfinished, "w");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, join(folder, name));
}

/** Bundles of other states of the sources; the last day's may have their reader still. */
function forgetOld(bundles: string, but: string): void {
  for (const name of readdirSync(bundles).filter((each) => each !== but)) {
    const changed = statSync(join(bundles, name), { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && Date.now() - changed > DAY_MS)
      rmSync(join(bundles, name), { recursive: true, force: true });
  }
}

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

const root = join(__dirname, "../..");
const DAY_MS = 86_400_000;

let sourcesHash: string | undefined;

/** A function's deployment package: its bundle, and further files by name. */
export function functionArchive(
  source: string,
  files: Promise<Readonly<Record<string, string>>> = Promise.resolve({}),
): pulumi.asset.AssetArchive {
  sourcesHash ??= hashSources(root);
  return new pulumi.asset.AssetArchive(
    Promise.all([bundleAsset(root, sourcesHash, source), files]).then(([index, texts]) => ({
      "index.js": index,
      ...Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, new pulumi.asset.StringAsset(text)]),
      ),
    })),
  );
}

/**
 * The bundle of a function as a cached file. As text it would add a quarter of a megabyte per function to the stack's
 * state. The path is relative to the program, so that it is the same on every machine. Its folder is the hash of the
 * sources, so that an existing file is up to date. Where no file can be written, the asset is the text.
 */
export async function bundleAsset(dir: string, hash: string, source: string): Promise<pulumi.asset.Asset> {
  const folder = `${CACHE}/${hash}`;
  const path = `${folder}/${source}.js`;
  if (existsSync(join(dir, path))) return new pulumi.asset.FileAsset(path);
  const text = await bundleFunction(source);
  try {
    // A concurrent call may have written the file by now.
    if (!existsSync(join(dir, path))) {
      // The sources have changed since they were hashed: the bundle does not belong in this folder.
      if (hashSources(dir) !== hash) return new pulumi.asset.StringAsset(text);
      writeDurably(join(dir, folder), `${source}.js`, text);
      deleteOldBundles(join(dir, CACHE), hash);
    }
    return new pulumi.asset.FileAsset(path);
  } catch {
    return new pulumi.asset.StringAsset(text);
  }
}

const CACHE = "node_modules/.cache/pricelake/functions";

/** Everything that determines the bundles: sources, bundling code and installed packages. */
export const SOURCES = [
  "functions",
  "analytics/lake",
  "analytics/render",
  "analytics/site",
  "data/cells.ts",
  "data/coinpaprika-ids.ts",
  "data/feeds",
  "data/history",
  "data/hours.ts",
  "data/names.ts",
  "data/polling.ts",
  "data/records",
  "sql/library",
  "infra/functions/bundle.ts",
  "infra/functions/tree-shake-sdk.ts",
  "infra/functions/unused-sdk.ts",
  "package-lock.json",
  "node_modules/.package-lock.json",
];

export function hashSources(dir: string): string {
  const hash = createHash("sha256");
  for (const path of SOURCES.flatMap((path) => filesIn(dir, path))) {
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

/** Writes atomically and durably, because an existing file is deployed without a check. */
function writeDurably(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `${name}.${process.pid}`);
  const file = openSync(temporary, "w");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, join(folder, name));
}

/** Deletes bundles of other sources after a day; another process may still read newer ones. */
function deleteOldBundles(cache: string, current: string): void {
  for (const name of readdirSync(cache).filter((each) => each !== current)) {
    const changed = statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && Date.now() - changed > DAY_MS)
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}

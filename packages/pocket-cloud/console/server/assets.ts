import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

/** Beside the package's bundle, or what console/build.mjs writes in the repository. */
const FOLDERS = [join(__dirname, "console"), join(__dirname, "../dist")];

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The files of the built console by name, read once; undefined when it is not built. */
export function readAssets(folders: readonly string[] = FOLDERS): ReadonlyMap<string, Asset> | undefined {
  const folder = folders.find((each) => existsSync(join(each, "index.html")));
  if (folder === undefined) return undefined;
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[extname(name)];
      return type ? [[name, { type, content: readFileSync(join(folder, name)) }]] : [];
    }),
  );
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

type Files = ReadonlyMap<string, Asset>;

/** Beside the package's bundle, or what console/build.mjs writes in the repository. */
const FOLDERS = [join(__dirname, "console"), join(__dirname, "../dist")];
const PAGE = "index.html";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** The files of the built console. They are read once, and again after a new build. */
export class Assets {
  #files: Files = new Map();
  #built: number | undefined;

  constructor(private readonly folders: readonly string[] = FOLDERS) {}

  /** The page; undefined when the console is not built. */
  page(): Asset | undefined {
    for (const folder of this.folders) {
      const built = statSync(join(folder, PAGE), { throwIfNoEntry: false })?.mtimeMs;
      if (built === undefined) continue;
      if (built !== this.#built) this.#files = read(folder);
      this.#built = built;
      return this.#files.get(PAGE);
    }
    return undefined;
  }

  /** A file that the page loads. */
  file(name: string): Asset | undefined {
    if (this.#built === undefined) this.page();
    return name === PAGE ? undefined : this.#files.get(name);
  }
}

const read = (folder: string): Files =>
  new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[extname(name)];
      return type ? [[name, { type, content: readFileSync(join(folder, name)) }]] : [];
    }),
  );

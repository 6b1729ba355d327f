import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What `npm pack` makes of a package. */
export interface Packed {
  readonly source: string;
  readonly tarball: string;
  readonly files: readonly string[];
  readonly unpackedSize: number;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/** Builds and packs the package in the folder `source`. */
export async function pack(source: string, to: string): Promise<Packed> {
  const { stdout } = await run("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", to], {
    cwd: source,
    maxBuffer: 1 << 26,
  });
  const [found] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [
    { filename: string; files: { path: string }[]; unpackedSize: number },
  ];
  return {
    source,
    tarball: join(to, found.filename),
    files: found.files.map(({ path }) => path).sort(),
    unpackedSize: found.unpackedSize,
  };
}

/**
 * Installs a packed package into a folder: unpacks it, and links its commands and the dependencies that it declares to the
 * ones of this repository, in the same versions. It finds no other package there. With NPM_INSTALL=1 npm installs it from
 * the registry instead, which takes minutes.
 */
export async function install({ source, tarball }: Packed, into: string): Promise<void> {
  if (!existsSync(join(into, "package.json"))) writeFileSync(join(into, "package.json"), "{}");
  if (process.env.NPM_INSTALL) {
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", tarball], { cwd: into });
    return;
  }
  const { name, dependencies = {}, bin = {} } = manifestIn(source);
  const modules = join(into, "node_modules");
  mkdirSync(join(modules, name), { recursive: true });
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", join(modules, name)]);
  for (const [dependency, version] of Object.entries(dependencies)) {
    const folder = join(modules, dependency);
    mkdirSync(dirname(folder), { recursive: true });
    symlinkSync(installed(source, dependency, version), folder);
  }
  mkdirSync(join(modules, ".bin"));
  for (const [command, file] of Object.entries(bin))
    symlinkSync(join("..", name, file), join(modules, ".bin", command));
}

/** Checks the types of a file in `dir` as a project with `"moduleResolution": "node"` does, Pulumi's template among them. */
export async function checkTypesAsNode10(dir: string, file: string): Promise<void> {
  const modules = join(__dirname, "../../node_modules");
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "commonjs", "--skipLibCheck"];
  const resolution = ["--moduleResolution", "node10", "--ignoreDeprecations", "6.0", "--esModuleInterop"];
  const types = ["--types", "node", "--typeRoots", join(modules, "@types")];
  const tsc = join(modules, "typescript/lib/tsc.js");
  await run(process.execPath, [tsc, ...options, ...resolution, ...types, file], { cwd: dir });
}

const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest & { readonly version: string };

/** The folder of a dependency of the package in `source`, which has to have exactly the declared version. */
function installed(source: string, dependency: string, version: string): string {
  for (let from = source; ; from = dirname(from)) {
    const folder = join(from, "node_modules", dependency);
    if (existsSync(folder)) {
      const found = manifestIn(folder).version;
      if (found !== version) throw new Error(`${folder} has version ${found}, not ${version}`);
      return folder;
    }
    if (from === dirname(from)) throw new Error(`${dependency} is not installed`);
  }
}

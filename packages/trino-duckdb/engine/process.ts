import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ProcessOptions } from "./protocol";

/** The program of the process in a built package. */
const BUILT = join(__dirname, "worker.js");

/**
 * DuckDB's allocator on Linux keeps freed memory for ten seconds by default, in four arenas for each processor. A second, and one
 * arena, cost no time that can be measured.
 */
const RETURN_MEMORY = "dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:1";

/** V8 would reserve up to 48 MB for new objects. With a quarter of it, functions in JavaScript take no longer. */
const SMALL_YOUNG_GENERATION = "--max-semi-space-size=4";

/** Starts the DuckDB process. It ends with this one, and ignores Ctrl-C, which a terminal sends to both. */
export function startProcess(options: ProcessOptions): ChildProcess {
  const built = existsSync(BUILT);
  const { NODE_OPTIONS: _unset, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [SMALL_YOUNG_GENERATION, built ? BUILT : "-", JSON.stringify(options)],
    {
      env: { DUCKDB_JE_MALLOC_CONF: RETURN_MEMORY, ...env },
      stdio: ["pipe", "ignore", "ignore", "ipc"],
    },
  );
  // A process that was killed does not read its program to the end.
  child.stdin?.on("error", () => {});
  child.stdin?.end(built ? "" : bundle());
  return child;
}

let bundled: string | undefined;

/** Bundles the program from TypeScript: loading a TypeScript loader in the process would take longer. */
function bundle(): string {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  bundled ??= buildSync({
    entryPoints: [join(__dirname, "worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["@duckdb/*"],
    banner: { js: BANNER },
  }).outputFiles[0]?.text;
  return bundled ?? "";
}

/** Resolves modules from this file; a program read from stdin would resolve them from the working directory. */
const BANNER = `require = require("node:module").createRequire(JSON.parse(process.argv[2]).base);`;

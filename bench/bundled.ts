import Module from "node:module";
import { join } from "node:path";
import { buildSync } from "esbuild";

interface CompilableModule extends NodeJS.Module {
  _compile(code: string, filename: string): void;
}

const root = join(__dirname, "..");

/** A source file as the functions' bundles have it: one module, not one call through a getter for each import. */
export function bundled<T>(path: string): T {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    outfile: "index.js",
    platform: "node",
    format: "cjs",
  });
  const module = new Module(path) as CompilableModule;
  module._compile(outputFiles[0]?.text ?? "", path);
  return module.exports as T;
}

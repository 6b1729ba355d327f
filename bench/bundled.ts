import Module from "node:module";
import { join } from "node:path";
import { buildSync } from "esbuild";

interface CompilableModule extends NodeJS.Module {
  _compile(code: string, filename: string): void;
}

const root = join(__dirname, "..");

/** Loads a source file bundled as in the functions: one module, without a getter call per import. */
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

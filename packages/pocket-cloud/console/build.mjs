/**
 * Bundles the console's pages into a folder: `node build.mjs [FOLDER]`, by default dist/ beside this file. The root's
 * `prepare` script runs it, and packages/build.mjs for the package.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "dist"));
const pages = join(here, "pages");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(pages, "main.tsx"), join(pages, "style/index.css")],
  outdir: folder,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
const built = (entry) => {
  const [output] =
    Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry)) ?? [];
  if (!output) throw new Error(`${entry} was not built`);
  return basename(output);
};
const page = readFileSync(join(pages, "index.html"), "utf8")
  .replace("main.js", built("main.tsx"))
  .replace("style.css", built("style/index.css"));
writeFileSync(join(folder, "index.html"), page);

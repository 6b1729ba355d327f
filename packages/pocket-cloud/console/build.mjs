/**
 * Bundles the console's pages into a folder: `node build.mjs [FOLDER]`, by default dist/ beside this file. The root's
 * `prepare` script runs it, and `prepack` for the package.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "dist"));
const pages = join(here, "pages");

try {
  createRequire(import.meta.url).resolve("preact");
} catch {
  process.stderr.write("The console is not built: development dependencies are not installed.\n");
  process.exit();
}

const { metafile, outputFiles } = await build({
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
  write: false,
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

// The page is replaced last: it names the other files.
mkdirSync(folder, { recursive: true });
const names = new Set(["index.html", "licenses.txt", ...outputFiles.map(({ path }) => basename(path))]);
for (const { path, contents } of outputFiles) writeFileSync(path, contents);
writeFileSync(join(folder, "licenses.txt"), licenses());
writeFileSync(join(folder, "index.html"), page);
for (const old of readdirSync(folder)) if (!names.has(old)) rmSync(join(folder, old), { recursive: true });

/** The licenses of the bundled packages. */
function licenses() {
  const folders = new Set(
    Object.keys(metafile.inputs).flatMap(
      (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
    ),
  );
  const texts = [...folders].sort().map((each) => {
    const { name, version, license } = JSON.parse(readFileSync(join(each, "package.json"), "utf8"));
    const file = readdirSync(each).find((name) => /^licen[cs]e/i.test(name));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(each, file), "utf8") : ""}`;
  });
  return texts.join("\n----\n\n");
}

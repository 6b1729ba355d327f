/**
 * Builds the package in the working directory into dist/: `node ../build.mjs [FILE…]`, run by its `prepack` script.
 *
 * index.ts becomes dist/index.js, one CommonJS file that `require` and `import` both load, and dist/index.d.ts with the
 * declarations that it needs. Each FILE becomes a separate file beside it: TypeScript is bundled, JavaScript copied.
 * index.d.ts beside dist/ refers to them, for `"moduleResolution": "node"`, which does not read `exports`.
 * `dependencies` of package.json stay imports; everything else, including `devDependencies`, is bundled.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";

const root = process.cwd();
const packages = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const dist = join(root, "dist");
const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
const files = process.argv.slice(2);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const { metafile } = await build({
  entryPoints: ["index.ts", ...files.filter((file) => file.endsWith(".ts"))],
  outdir: "dist",
  entryNames: "[name]",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Loaded in the repository only, where TypeScript runs without a build.
  external: [...Object.keys(dependencies), "esbuild"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
for (const file of files.filter((each) => !each.endsWith(".ts")))
  copyFileSync(file, join(dist, basename(file)));
checkImports();
writeLicenses();
writeTypes();

/** Fails when the built files import a package that package.json does not list. */
function checkImports() {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const unlisted = imports
    .filter(
      ({ external, path }) =>
        external && path !== "esbuild" && !builtinModules.includes(path.replace(/^node:/, "")),
    )
    .map(({ path }) => path.split("/", path.startsWith("@") ? 2 : 1).join("/"))
    .filter((name) => !(name in dependencies));
  if (unlisted.length > 0) throw new Error(`not in dependencies: ${[...new Set(unlisted)].join(", ")}`);
}

/** The package's license, and those of the packages that were bundled. */
function writeLicenses() {
  copyFileSync(join(packages, "..", "LICENSE"), join(dist, "LICENSE"));
  const folders = new Set(
    Object.keys(metafile.inputs).flatMap(
      (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
    ),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}`;
  });
  if (texts.length > 0) writeFileSync(join(dist, "bundled-licenses.txt"), texts.join("\n----\n\n"));
}

/** Writes the declarations that index.d.ts refers to, directly or indirectly. */
function writeTypes() {
  const temporary = mkdtempSync(join(root, ".types-"));
  try {
    const config = join(temporary, "tsconfig.json");
    writeFileSync(
      config,
      JSON.stringify({
        extends: join(packages, "..", "tsconfig.json"),
        compilerOptions: {
          noEmit: false,
          declaration: true,
          emitDeclarationOnly: true,
          rootDir: packages,
          outDir: join(temporary, "out"),
          types: ["node"],
        },
        files: [join(root, "index.ts")],
        include: [],
      }),
    );
    // tsc also reports declarations of internal files that cannot be written; only those that are copied matter.
    const { stdout } = spawnSync("npx", ["--no-install", "tsc", "-p", config], { encoding: "utf8" });
    const from = join(temporary, "out", relative(packages, root));
    const copied = copyDeclarations(from).map((file) => relative(from, file).replace(/\.d\.ts$/, ".ts("));
    const errors = stdout.split("\n").filter((line) => copied.some((file) => line.startsWith(file)));
    if (errors.length > 0) throw new Error(errors.join("\n"));
    writeFileSync("index.d.ts", 'export * from "./dist/index";\n');
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Copies a declaration file and all that it refers to, and returns their paths. */
function copyDeclarations(from, file = join(from, "index.d.ts"), done = new Set()) {
  if (done.has(file)) return;
  done.add(file);
  const target = join(dist, relative(from, file));
  if (relative(dist, target).startsWith(".."))
    throw new Error(`the types of index.ts need ${file}, outside the package`);
  const text = readFileSync(file, "utf8");
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  for (const [, path] of text.matchAll(/(?:from|import\()\s*"(\.[^"]*)"/g)) {
    const candidates = [`${path}.d.ts`, `${path}/index.d.ts`].map((each) => resolve(dirname(file), each));
    copyDeclarations(from, candidates.find(existsSync), done);
  }
  return [...done];
}

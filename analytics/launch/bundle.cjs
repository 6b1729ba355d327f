const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { place } = require("./place.cjs");

const root = join(__dirname, "..", "..");
/** Beside the sources themselves, what decides which packages they meet. */
const alsoRead = ["package-lock.json", "analytics/launch/bundle.cjs"];

const hashOf = (path) =>
  createHash("sha256")
    .update(readFileSync(join(root, path)))
    .digest("base64url");

/** The bundle, if every file it was made of is still as it was. */
function freshBundle(cache) {
  try {
    const { home, folder, inputs } = JSON.parse(readFileSync(join(cache, "report.json"), "utf8"));
    const file = join(cache, folder, "report.cjs");
    const same = home === root && Object.entries(inputs).every(([path, hash]) => hashOf(path) === hash);
    return same && existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the bundle, in a folder named by its content, and answers its file. */
async function bundle(cache) {
  const { build } = require("esbuild");
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { report: "analytics/launch/entry.ts", sql: "analytics/commands/sql.ts" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: "out",
    outExtension: { ".js": ".cjs" },
    platform: "node",
    format: "cjs",
    target: "node20",
    // Code that V8 kept has nobody to resolve an import() for it.
    supported: { "dynamic-import": false },
    mainFields: ["module", "main"],
    tsconfigRaw: "{}",
    logLevel: "silent",
    plugins: [partsApart, ownFolder],
  });
  const sources = Object.keys(metafile.inputs).filter((path) => /^(?!node_modules\/)[^:]*\.ts$/.test(path));
  const inputs = Object.fromEntries([...sources, ...alsoRead].map((path) => [path, hashOf(path)]));
  const manifest = JSON.stringify({ home: root, folder: nameOf(root, inputs), inputs });
  const folder = join(cache, nameOf(root, inputs));
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles)
    place(join(folder, path.slice(path.lastIndexOf("/") + 1)), contents);
  place(join(cache, "report.json"), manifest);
  forgetOld(cache);
  return join(folder, "report.cjs");
}

/** A bundle of yesterday's sources; a newer one may have its reader still. */
function forgetOld(cache) {
  for (const name of readdirSync(cache).filter((each) => each.startsWith("report-"))) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
}

const DAY_MS = 86_400_000;

const nameOf = (home, inputs) =>
  `report-${createHash("sha256")
    .update(JSON.stringify([home, inputs]))
    .digest("hex")
    .slice(0, 16)}`;

const pocketCloud = join(root, "packages", "pocket-cloud");

/** The grammar waits in a file of its own until it is asked for; the embedded cloud stays TypeScript. */
const partsApart = {
  name: "parts apart",
  setup(build) {
    build.onResolve({ filter: /\/commands\/sql$/ }, () => ({ path: "./sql.cjs", external: true }));
    build.onResolve({ filter: /^\.\/(cloud|cli)$/ }, ({ path, importer }) =>
      importer === join(pocketCloud, "index.ts") ? { path, namespace: "typescript" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "typescript" }, ({ path }) => ({
      contents: `require("tsx"); module.exports = require(${JSON.stringify(pocketCloud)} + ${JSON.stringify(path.slice(1))});`,
    }));
    build.onResolve({ filter: /.*/, namespace: "typescript" }, ({ path }) => ({ path, external: true }));
  },
};

/** In a bundle a file's folder is the bundle's. */
const ownFolder = {
  name: "own folder",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      const text = readFileSync(path, "utf8");
      return { contents: text.replaceAll("__dirname", JSON.stringify(dirname(path))), loader: "ts" };
    });
  },
};

module.exports = { bundle, freshBundle };

const { createHash } = require("node:crypto");
const {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const { dirname, join } = require("node:path");

const root = join(__dirname, "..", "..");
/** These files decide which packages go into the bundle, and how. */
const buildFiles = ["package-lock.json", "analytics/launch/bundle.cjs"];

const hashOf = (path) =>
  createHash("sha256")
    .update(readFileSync(join(root, path)))
    .digest("base64url");

/** The bundle's file, or undefined if there is none or a source has changed since. */
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

/** Builds the bundle in a folder named by the hash of its sources. Returns the bundle's file. */
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
    // `report site` builds the pages' script with it.
    external: ["esbuild"],
    // A script from V8's code cache cannot resolve import().
    supported: { "dynamic-import": false },
    mainFields: ["module", "main"],
    tsconfigRaw: "{}",
    logLevel: "silent",
    plugins: [separateFiles, sourceDirname],
  });
  const sources = Object.keys(metafile.inputs).filter((path) => /^(?!node_modules\/)[^:]*\.ts$/.test(path));
  const inputs = Object.fromEntries([...sources, ...buildFiles].map((path) => [path, hashOf(path)]));
  const hash = createHash("sha256")
    .update(JSON.stringify([root, inputs]))
    .digest("hex")
    .slice(0, 16);
  const folder = `report-${hash}`;
  mkdirSync(join(cache, folder), { recursive: true });
  for (const { path, contents } of outputFiles)
    writeWhole(join(cache, folder, path.slice(path.lastIndexOf("/") + 1)), contents);
  writeWhole(join(cache, "report.json"), JSON.stringify({ home: root, folder, inputs }));
  removeOldBundles(cache);
  return join(cache, folder, "report.cjs");
}

const DAY_MS = 86_400_000;

/** Removes bundles older than a day. A running process may still read a newer one. */
function removeOldBundles(cache) {
  for (const name of readdirSync(cache).filter((each) => each.startsWith("report-"))) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/** Replaces a file atomically, because another process may be reading it. */
function writeWhole(file, contents) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}

const pocketCloud = join(root, "packages", "pocket-cloud");

/** The `sql` command with its grammar is a separate file, loaded on use. The embedded cloud is not bundled. */
const separateFiles = {
  name: "separate files",
  setup(build) {
    build.onResolve({ filter: /\/commands\/sql$/ }, () => ({ path: "./sql.cjs", external: true }));
    build.onResolve({ filter: /^\.\/(cloud|cli)$/ }, ({ path, importer }) =>
      importer === join(pocketCloud, "index.ts") ? { path, namespace: "typescript" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "typescript" }, ({ path }) => ({
      contents: `require("tsx/cjs"); module.exports = require(${JSON.stringify(pocketCloud)} + ${JSON.stringify(path.slice(1))});`,
    }));
    build.onResolve({ filter: /.*/, namespace: "typescript" }, ({ path }) => ({ path, external: true }));
  },
};

/** Keeps `__dirname` the folder of the source file. In a bundle it would be the bundle's. */
const sourceDirname = {
  name: "source __dirname",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      const text = readFileSync(path, "utf8");
      return { contents: text.replaceAll("__dirname", JSON.stringify(dirname(path))), loader: "ts" };
    });
  },
};

module.exports = { bundle, freshBundle, writeWhole };

/**
 * `npm run report`, started quickly: the command's TypeScript and what it uses of the SDK, bundled once per state of
 * the sources. A report's first row would otherwise wait for the TypeScript loader and three whole SDK clients.
 * Plain CommonJS, because it runs before anything can read TypeScript.
 */
const { spawn } = require("node:child_process");
const { join } = require("node:path");
const { bundle, freshBundle } = require("./bundle.cjs");
const { runBundle } = require("./run.cjs");

const cache = join(__dirname, "..", "..", "node_modules", ".cache", "pricelake");

async function main() {
  let file = freshBundle(cache);
  try {
    file ??= await bundle(cache);
  } catch {
    // A folder that cannot be written, no esbuild for this machine: slower, and the same otherwise.
    return unbundled();
  }
  runBundle(file);
}

function unbundled() {
  const main = join(__dirname, "..", "..", "tools", "main.ts");
  const command = ["--import", require.resolve("tsx"), main, "report", ...process.argv.slice(2)];
  // Ctrl-C reaches both; the command itself decides what becomes of its query.
  process.on("SIGINT", () => {});
  spawn(process.execPath, command, { stdio: "inherit" }).on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}

void main();

/**
 * Starts `npm run report` from a bundle of its TypeScript and of the parts of the SDK that it uses. The bundle is built
 * again when a source changes. Without it, the TypeScript loader and three complete SDK clients would delay the first row.
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
    // The folder is not writable, or esbuild does not run on this machine. This way is slower.
    return runUnbundled();
  }
  runBundle(file);
}

function runUnbundled() {
  const main = join(__dirname, "..", "..", "tools", "main.ts");
  const command = ["--require", require.resolve("tsx/cjs"), main, "report", ...process.argv.slice(2)];
  // Ctrl-C reaches both processes; the command handles it.
  process.on("SIGINT", () => {});
  spawn(process.execPath, command, { stdio: "inherit" }).on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}

void main();

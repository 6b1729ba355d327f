const { subscribe } = require("node:diagnostics_channel");
const { existsSync, readFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const { Script } = require("node:vm");
const { writeWhole } = require("./bundle.cjs");

/**
 * Runs a bundle with V8's code cache of an earlier run, because compiling takes longer than everything else before the
 * first AWS call. V8 rejects a cache of another version; it is then replaced.
 */
function runBundle(file) {
  const cacheFile = `${file}.code`;
  const cachedData = existsSync(cacheFile) ? readFileSync(cacheFile) : undefined;
  const script = new Script(wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, dirname(file));
  if (cachedData && !script.cachedDataRejected) return;
  // The cache is created at the end, when all used functions are compiled, and only if AWS was called: other runs do
  // not compile the SDK.
  let calledAws = false;
  subscribe("http.client.request.start", () => {
    calledAws = true;
  });
  process.on("exit", () => {
    if (calledAws) saveCodeCache(cacheFile, script.createCachedData());
  });
}

function saveCodeCache(file, data) {
  try {
    writeWhole(file, data);
  } catch {
    // Full or read-only disk: the next run compiles again.
  }
}

module.exports = { runBundle };

const { subscribe } = require("node:diagnostics_channel");
const { existsSync, readFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname } = require("node:path");
const { Script } = require("node:vm");
const { place } = require("./place.cjs");

/**
 * Runs a bundle with the code that V8 made of it in an earlier run; compiling it anew takes longer than all else before
 * the first call of AWS. V8 refuses code of another version of itself, which is then replaced.
 */
function runBundle(file) {
  const codeFile = `${file}.code`;
  const cachedData = existsSync(codeFile) ? readFileSync(codeFile) : undefined;
  const script = new Script(wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, dirname(file));
  if (cachedData && !script.cachedDataRejected) return;
  // At the end, when what the command used has been compiled; one that called nobody has not used what takes long.
  let called = false;
  subscribe("http.client.request.start", () => {
    called = true;
  });
  process.on("exit", () => {
    if (called) keep(codeFile, script.createCachedData());
  });
}

function keep(codeFile, code) {
  try {
    place(codeFile, code);
  } catch {
    // A full or read-only disk: the next run compiles again.
  }
}

module.exports = { runBundle };

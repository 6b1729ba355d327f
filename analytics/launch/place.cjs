const { renameSync, writeFileSync } = require("node:fs");

/** A file whole or not at all: another process may be reading. */
function place(file, contents) {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, file);
}

module.exports = { place };

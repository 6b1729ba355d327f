#!/usr/bin/env node
const { join } = require("node:path");

require("./entry.js")
  .runPulumi(process.argv.slice(2), join(__dirname, "plugin"))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`pulumi-local: ${error.exitCode === undefined ? error.stack : error.message}\n`);
      process.exitCode = error.exitCode ?? 1;
    },
  );

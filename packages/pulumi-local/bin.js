#!/usr/bin/env node
require("./entry.js")
  .runPulumi(process.argv.slice(2))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`pulumi-local: ${error.exitCode === undefined ? error.stack : error.message}\n`);
      process.exitCode = error.exitCode ?? 1;
    },
  );

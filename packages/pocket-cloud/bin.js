#!/usr/bin/env node
const { runCommand } = require("./dist/index.js");

runCommand(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`pocket-cloud: ${error.exitCode === undefined ? error.stack : error.message}\n`);
    process.exitCode = error.exitCode ?? 1;
  },
);

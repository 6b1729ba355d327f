/** The built package; in the repository, its TypeScript source. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

if (existsSync(join(__dirname, "index.ts"))) {
  require("tsx/cjs");
  module.exports = require("./index.ts");
} else module.exports = require("./dist/index.js");

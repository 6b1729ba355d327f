#!/usr/bin/env node
/** `npx pricelake <command>`: the npm scripts without npm's banner on stdout, for pipes. */
if (process.argv[2] === "report") {
  process.argv.splice(2, 1);
  require("../analytics/launch/report.cjs");
} else {
  require("tsx/cjs");
  require("./main.ts");
}

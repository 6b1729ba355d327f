import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadFactor } from "../support/load";
import { temporaryDirectory } from "../support/temporary";
import { cloneTo } from "./clone";
import { Listened } from "./listened";

const DELAY_MS = 20_000;

describe("A start whose counts take long", function () {
  this.timeout(900_000);
  const dir = temporaryDirectory();
  const clone = join(dir.path, "pricelake");
  // The counts scan the store; nothing before them does.
  const slowScan = join(dir.path, "slow-scan.cjs");
  const runs: Listened[] = [];

  before(() => {
    cloneTo(clone);
    writeFileSync(
      slowScan,
      `const http = require("node:http");
       const { request } = http;
       http.request = (...args) => {
         const sent = request(...args);
         if (!String(sent.getHeader("x-amz-target")).endsWith(".Scan")) return sent;
         const end = sent.end.bind(sent);
         sent.end = (...last) => {
           setTimeout(() => end(...last), ${DELAY_MS});
           return sent;
         };
         return sent;
       };`,
    );
  });
  after(() => {
    for (const run of runs) run.kill();
    dir.remove();
  });

  const start = () => {
    const started = new Listened(clone, ["start", "--port", "0", "--hours", "1"], {
      NODE_OPTIONS: `--require ${slowScan}`,
    });
    runs.push(started);
    return started;
  };
  const counts = /^crypto: \d+ events → \d+ rows/m;

  it("serves before they are complete, and prints them later", async () => {
    const run = await start().ready();
    assert.match(run.stderr, /^the counts take longer; the cloud serves meanwhile$/m);
    assert.doesNotMatch(run.stderr, counts);
    await run.says(counts, 6 * DELAY_MS * loadFactor());
    assert.doesNotMatch(run.stderr, /counts that differ/);
    await run.says(/^all reports: npm run report -- list$/m, 60_000 * loadFactor());
    assert.equal((await run.stop()).code, 130);
    assert.deepEqual(run.complaints(), []);
  });

  it("ends at Ctrl-C without them", async () => {
    const run = await start().ready();
    const { code, millis } = await run.stop();
    assert.equal(code, 130);
    assert.ok(millis < 10_000 * loadFactor(), `${millis} ms`);
    assert.doesNotMatch(run.stderr, /could not be read/);
    assert.deepEqual(run.complaints(), []);
  });
});

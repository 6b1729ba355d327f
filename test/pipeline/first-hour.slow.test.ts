import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { runningCloud } from "../../packages/pocket-cloud";
import { SHARD_BYTES_PER_SECOND } from "../../tools/replay/replay";
import { loadFactor } from "../support/load";
import { temporaryDirectory } from "../support/temporary";
import { cloneTo } from "./clone";
import { Listened } from "./listened";

const ROWS = Number(process.env.FIRST_HOUR_ROWS ?? 300_000);
const STOP_MS = 10_000;
/** The first rows of the replay, and all that came before the script. */
const SINCE = "2009-12-01";

// An hour of use in the order of the steps, each on the state that the one before left. A start costs some 13 seconds of
// CPU, so `running` goes on from one step to the next where the step does not need a start of its own.
describe("The first hour with pricelake", function () {
  this.timeout(1_200_000);
  const dir = temporaryDirectory();
  const clone = join(dir.path, "pricelake");
  const state = join(clone, ".pricelake");
  const orders = join(dir.path, "orders.csv");
  const noNetwork = join(dir.path, "no-network.cjs");
  const runs: Listened[] = [];
  let running: Listened;
  let rowsBefore = 0;

  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Listened => {
    const started = new Listened(clone, args, env);
    runs.push(started);
    return started;
  };
  const start = (...args: string[]) => run(["start", "--port", "0", ...args]).ready();
  const stop = async (started: Listened) => {
    const { code, millis } = await started.stop();
    assert.equal(code, 130, started.stderr);
    assert.ok(millis < STOP_MS * loadFactor(), `the stop took ${millis} ms`);
    assert.deepEqual(started.complaints(), []);
  };
  const command = async (...args: string[]) => {
    const started = run(args);
    const code = await started.end();
    assert.deepEqual(started.complaints(), []);
    return { code, stdout: started.stdout, stderr: started.stderr };
  };
  /** Runs a line of a shell with `pricelake` in it, as the documentation has them. */
  const shell = (line: string) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const { AWS_ENDPOINT_URL: _unset, ...env } = process.env;
      const script = `set -o pipefail; pricelake() { "${process.execPath}" tools/pricelake.cjs "$@"; }; ${line}`;
      execFile("bash", ["-c", script], { cwd: clone, env }, (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error ? -1 : 0;
        done({ code, stdout, stderr });
      });
    });

  const rawRows = async () => {
    const sql = "SELECT count(*) AS n FROM crypto_raw WHERE dt >= '2026-01-01'";
    const { code, stdout, stderr } = await shell(`pricelake report sql "${sql}" --format csv`);
    assert.equal(code, 0, stderr);
    return Number(stdout.trim().split("\n")[1]);
  };

  // Mocha's bail would end the tests of all other files too.
  let failed = false;
  beforeEach(function () {
    if (failed) this.skip();
  });
  afterEach(function () {
    failed ||= this.currentTest?.state === "failed";
  });
  before(() => {
    cloneTo(clone);
    writeFileSync(orders, ordersOf(ROWS));
    writeFileSync(
      noNetwork,
      `const dns = require("node:dns");
       const { lookup } = dns;
       dns.lookup = (host, options, done = options) =>
         /localhost|^127\\.|^::1$/.test(host)
           ? lookup(host, options, done)
           : done(Object.assign(new Error("getaddrinfo ENOTFOUND " + host), { code: "ENOTFOUND" }));`,
    );
  });
  after(async () => {
    for (const each of runs) each.kill();
    await sleep(500);
    dir.remove();
  });

  it("starts, stops and starts again", async () => {
    const first = await start("--hours", "1");
    assert.match(first.stderr, /deployed the local stack: \d+ resources created or changed, 0 unchanged/);
    await stop(first);
    running = await start("--hours", "1");
    assert.match(running.stderr, /--hours 1 is ignored: this directory is played until/);
    assert.match(
      running.stderr,
      /deployed the local stack: [0-2] resources created or changed, \d+ unchanged/,
    );
  });

  it(`starts again after the replay of ${ROWS} rows`, async () => {
    const replayed = await command("replay", orders, "--feed", "retail", "--json");
    assert.equal(replayed.code, 0, replayed.stderr);
    const { rows, refused, bytes, seconds } = JSON.parse(replayed.stdout) as Readonly<Record<string, number>>;
    assert.deepEqual([rows, refused], [ROWS, 0]);
    const ofLimit = (bytes ?? 0) / (seconds ?? 1) / SHARD_BYTES_PER_SECOND;
    assert.ok(ofLimit >= 0.9 / loadFactor(), `${(100 * ofLimit).toFixed(1)} % of what the shard takes`);
    assert.match(replayed.stderr, /\] \d+ %, [\d,]+ of [\d,]+ rows, [\d,]+ rows\/s, [\d,]+ s left/);
    await stop(running);
    running = await start();
    // The cloud does not wait for the counts of all rows longer than five seconds.
    const waited = running.between(running.stderr.includes("counting") ? "counting" : "played", "ready http");
    assert.ok(waited < 8000 * loadFactor(), `ready ${waited} ms after the counting began`);
    await running.says(/^retail: \d+ events → \d+ rows/m, 120_000 * loadFactor());
    assert.doesNotMatch(running.stderr, /the counts could not be read|counts that differ/);
  });

  it("restores a table that was dropped, with its data", async () => {
    const rows = async () => {
      const { code, stdout, stderr } = await shell("pricelake report latest-prices --format csv");
      assert.equal(code, 0, stderr);
      return stdout.trim().split("\n").length;
    };
    const before = await rows();
    const cloud = runningCloud(state) ?? assert.fail();
    const glue = new GlueClient(cloud);
    await glue.send(new DeleteTableCommand({ DatabaseName: "pricelake_local", Name: "crypto_csv" }));
    glue.destroy();
    await stop(running);
    running = await start();
    assert.match(running.stderr, /restored crypto-csv-table: it had been deleted/);
    assert.equal(await rows(), before);
  });

  it("names a corrupt file and what is lost, and starts again", async () => {
    // For the next step.
    rowsBefore = await rawRows();
    appendFileSync(join(clone, "Pulumi.local.yaml"), "  deliveryFormat: parquet\n");
    await stop(running);
    const path = join(state, "stack.json");
    copyFileSync(path, `${path}.copy`);
    writeFileSync(path, readFileSync(path, "utf8").slice(0, 1000));
    const refused = await command("start", "--port", "0");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /stack\.json is damaged .* "npm start -- --fresh" deletes everything in/);
    copyFileSync(`${path}.copy`, path);
    const log = join(state, "cloud/scheduler/slots.log");
    writeFileSync(log, `00000000 ["x"]\n${readFileSync(log, "utf8")}`);
    running = await start();
    assert.match(running.stderr, /slots\.log is damaged: 1 of \d+ records .* are lost, the first at byte 0/);
  });

  it("keeps older raw objects readable after a change of deliveryFormat", async () => {
    assert.match(running.stderr, /deployed the local stack: [1-9]\d* resources created or changed/);
    const after = await rawRows();
    assert.ok(after >= rowsBefore && rowsBefore > 0, `${rowsBefore} rows before, ${after} after`);
  });

  it("prints reports in every format through pipes", async () => {
    const report = "pricelake report latest-prices --limit 3 --format";
    for (const [line, expected] of [
      [`${report} table | head -1`, /./],
      [`${report} records | head -2`, /./],
      [`${report} csv | head -1`, /^[\w,]+\n$/],
      [`${report} tsv | cut -f1 | wc -l`, /^\s*4\n$/],
      [`${report} json | head -c 1`, /^\[$/],
      [`${report} md | tail -1`, /^\|.*\|\n$/],
      [`${report} html | grep -c '<table'`, /^[1-9]\d*\n$/],
      ["pricelake report list | head -1", /./],
    ] as const) {
      const { code, stdout, stderr } = await shell(line);
      assert.match(stdout, expected, `${line}\n${stderr}`);
      assert.equal(code, 0, `${line}\n${stderr}`);
      assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+\)?$|Warning:|EPIPE/m);
    }
    await stop(running);
  });

  it("says that polls fail while the network is away, and ends at once", async () => {
    const live = run(["start", "--port", "0", "--live"], { NODE_OPTIONS: `--require ${noNetwork}` });
    await live.ready();
    assert.doesNotMatch(live.stderr, /damaged/, "the start before mended the file");
    await live.says(
      /^(no source answers|polls fail) since [\d:]+ UTC.*: CoinGecko: .*ENOTFOUND api\.coingecko\.com.*/m,
      60_000 * loadFactor(),
    );
    await stop(live);
  });

  it("reconciles at the end", async () => {
    const { code, stdout, stderr } = await command("reconcile", "--from", SINCE);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const retail = /^retail,[^!]*?^ +view +(\d+) rows$/m.exec(stdout)?.[1];
    assert.ok(Number(retail) >= ROWS, stdout);
    assert.equal(stdout.match(/all counts agree/g)?.length, 4, stdout);
  });

  it("begins anew with --fresh, after a confirmation", async () => {
    const asked = await command("start", "--once", "--fresh", "--port", "0");
    assert.equal(asked.code, 2);
    const args = ["--once", "--fresh", "--yes", "--json", "--hours", "1", "--port", "0"];
    const fresh = await command("start", ...args);
    assert.equal(fresh.code, 0, fresh.stderr);
    const { failures } = JSON.parse(fresh.stdout) as { failures: { functions: object } };
    assert.deepEqual(failures.functions, {});
  });
});

/** Orders of nine days as the Online Retail file has them. */
function ordersOf(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const minute = String(i % 60).padStart(2, "0");
    const hour = String(8 + (Math.floor(i / 60) % 10)).padStart(2, "0");
    return `${600_000 + Math.floor(i / 4)},S${10_000 + (i % 997)},Lantern ${i % 97},${1 + (i % 9)},2011-11-0${1 + (i % 9)} ${hour}:${minute}:00,${(i % 500) / 100 + 0.5},${12_000 + (i % 3000)},United Kingdom`;
  });
  return `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${lines.join("\n")}\n`;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { crypto } from "../../../data/feeds/crypto";
import { names } from "../../../data/names";
import { lanesFor } from "../../../data/records/pack";
import { runningCloud } from "../../../packages/pocket-cloud";
import { defineCommand } from "../../../tools/kit/command";
import { text, wholeNumber } from "../../../tools/kit/options";
import { runProcess } from "../../../tools/kit/run";
import type { Reconciliation } from "../../../tools/reconcile/reconcile";
import { replay } from "../../../tools/replay/replay";
import { pricelake } from "../command";
import { growthOf, residentMegabytes } from "./memory";
import { soakRows } from "./rows";

const soak = defineCommand({
  summary: "runs npm start under a steady load",
  usage: "npm run simulate:soak -- [options]",
  description:
    "Runs npm start, sends events at a steady rate in real time, samples the resident memory every minute, and runs reports " +
    "meanwhile. Then stops it and compares the counts of all stages. Exit code 1 when they differ, when a report fails, or " +
    "when memory grew by more than a tenth.",
  options: {
    minutes: wholeNumber("how long events are sent", 1, 100_000, 120),
    rate: wholeNumber("events a second", 1, 100_000, 500),
    dir: text("PATH", "state directory, a new one by default; memory.csv in it has the samples"),
  },
  run: runSoak,
});
const ALL_TIME = ["--from", "2005-01-01", "--to", "2099-12-31"];
const REPORT_EVERY = 5;
const MOST_GROWTH = 0.1;
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function runSoak(values: { minutes: number; rate: number; dir: string | undefined }): Promise<number> {
  const dir = resolve(values.dir ?? mkdtempSync(join(tmpdir(), "pricelake-soak-")));
  const violations: string[] = [];
  const args = ["start", "--hours", "1", "--port", "0", "--dir", dir];
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) if (line.startsWith("ready ")) break;
  child.stdout.resume();
  const { endpoint, region, credentials } = runningCloud(dir) ?? failed(`no cloud runs in ${dir}`);
  print(`${dir}: ${endpoint}, process ${child.pid}`);

  const end = Date.now() + values.minutes * 60_000;
  const samples: number[] = [];
  const sampling = setInterval(() => {
    samples.push(residentMegabytes(child.pid ?? 0));
    appendFileSync(join(dir, "memory.csv"), `${new Date().toISOString()},${samples.at(-1)}\n`);
    if (samples.length % REPORT_EVERY === 0)
      void pricelake(["report", "top-movers", "--since", "1h", "--dir", dir]).then(({ code, stderr }) => {
        if (code !== 0) violations.push(`a report after ${samples.length} minutes: ${stderr}`);
      });
  }, 60_000);
  const kinesis = new KinesisClient({ endpoint, region, credentials });
  const { rows } = await replay(
    soakRows(() => Date.now() >= end),
    {
      kinesis,
      stream: names("local").stream("crypto"),
      feed: crypto,
      lanes: lanesFor(1),
      rate: values.rate,
      signal: new AbortController().signal,
    },
  );
  clearInterval(sampling);
  kinesis.destroy();
  child.kill("SIGINT");
  await once(child, "exit");

  const growth = growthOf(samples);
  print(`${rows} events sent; megabytes: ${samples.join(" ")}; growth ${(100 * growth).toFixed(1)} %`);
  if (growth > MOST_GROWTH) violations.push(`memory grew by ${(100 * growth).toFixed(1)} %`);
  const counted = await pricelake(["reconcile", "--json", "--dir", dir, ...ALL_TIME]);
  const feeds = JSON.parse(counted.stdout || "[]") as Reconciliation[];
  for (const { feed, findings } of feeds)
    for (const { message } of findings) violations.push(`${feed} ${message}`);
  const view = feeds.find(({ feed }) => feed === "crypto")?.hours.reduce((sum, hour) => sum + hour.view, 0);
  print(`${view} events in the view, of which ${rows} were sent and the others polled`);
  if (view === undefined || view < rows) violations.push(`${view} of ${rows} events in the view`);
  for (const violation of violations) print(`  ${violation}`);
  print(violations.length === 0 ? "clean" : `NOT clean; ${dir} is kept\n${counted.stderr}`);
  return violations.length === 0 ? 0 : 1;
}

function failed(reason: string): never {
  throw new Error(reason);
}

runProcess({ soak: () => soak }, ["soak", ...process.argv.slice(2)]);

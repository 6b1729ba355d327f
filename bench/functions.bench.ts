import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunction } from "../infra/bundle";
import type { Bench, Figure } from "./bench";

/** The largest sizes wanted, in KB of 1,000 bytes. */
const targets: Readonly<Record<string, number>> = {
  "store-latest": 200,
  "evaluate-rules": 200,
  "write-csv": 310,
  transform: 310,
  "poll-prices": 310,
};

const RUNS = 15;
const QUICK_RUNS = 3;
const IMPORT_MS = 28;

const environment = {
  AWS_REGION: "us-east-1",
  FEED: "crypto",
  LAKE_BUCKET: "b",
  TABLE_NAME: "t",
  STREAM_NAME: "s",
  LANES: "2",
  COINS: "250",
  TOPIC_ARN: "t",
  PRICE_SOURCE: "sample",
  SAMPLE_URL: "http://127.0.0.1:1",
  NODE_NO_WARNINGS: "1",
  PATH: process.env.PATH,
};

export const bench: Bench = {
  name: "Function bundles",
  run: ({ quick }) => {
    const dir = mkdtempSync(join(tmpdir(), "bundles-"));
    try {
      const bare = join(dir, "bare.js");
      writeFileSync(bare, "exports.handler = async () => {};");
      return Object.entries(targets).flatMap(([name, atMost]): Figure[] => {
        const text = bundleFunction(name)["index.js"];
        const file = join(dir, `${name}.js`);
        writeFileSync(file, text);
        return [
          { metric: `${name}, size`, value: text.length / 1000, unit: "KB", target: { atMost } },
          {
            metric: `${name}, import over an empty module's`,
            value: importMs(file, bare, quick ? QUICK_RUNS : RUNS),
            unit: "ms",
            target: { atMost: IMPORT_MS },
            ...busy(),
          },
        ];
      });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

/** A time of some milliseconds says nothing on a machine that is busy with other things. */
function busy(): { readonly note?: string } {
  const [load = 0] = loadavg();
  return load > 1 ? { note: `load ${load.toFixed(1)}` } : {};
}

/** The best of either: what else the machine does only ever adds. */
function importMs(file: string, bare: string, runs: number): number {
  const best = (path: string) => Math.min(...Array.from({ length: runs }, () => importOnce(path)));
  return best(file) - best(bare);
}

function importOnce(file: string): number {
  const script = `const t = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  return Number(execFileSync(process.execPath, ["-e", script], { env: environment }).toString());
}

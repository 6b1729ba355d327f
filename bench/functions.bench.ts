import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunction } from "../infra/functions/bundle";
import type { Bench, Figure } from "./bench";

/** Size targets in KB (1,000 bytes). */
const targets: Readonly<Record<string, number>> = {
  "store-latest": 200,
  // Publishes to SNS and keeps the look-back of critical rules in DynamoDB.
  "evaluate-rules": 240,
  "write-csv": 310,
  transform: 310,
  "poll-prices": 200,
  // Five clients (S3, Athena, SNS, SQS, SSM), the renderer and the pages.
  "publish-reports": 380,
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
  LANES: "4",
  COINS: "250",
  TOPIC_ARN: "t",
  STACK: "local",
  ALERTS_QUEUE_URL: "q",
  LOOK_BACK_TABLE: "t",
  LOOK_BACK_BUCKETS: "4",
  PRICE_SOURCE: "sample",
  FALLBACK_SOURCE: "none",
  POLL_SECONDS: "300",
  TICK_SECONDS: "300",
  SAMPLE_URL: "http://127.0.0.1:1",
  NODE_NO_WARNINGS: "1",
  PATH: process.env.PATH,
};

export const bench: Bench = {
  name: "Function bundles",
  run: async ({ quick }) => {
    const dir = mkdtempSync(join(tmpdir(), "bundles-"));
    try {
      const bare = join(dir, "bare.js");
      writeFileSync(bare, "exports.handler = async () => {};");
      const sdk = join(dir, "sdk.js");
      writeFileSync(sdk, `require(${JSON.stringify(require.resolve("@aws-sdk/client-s3"))});`);
      const imports = quick ? QUICK_RUNS : RUNS;
      const figures: Figure[] = [
        {
          metric: "for comparison, the SDK's client of S3 as it comes",
          value: importMs(sdk, bare, imports),
          unit: "ms",
        },
      ];
      for (const [name, atMost] of Object.entries(targets)) {
        const text = await bundleFunction(name);
        const file = join(dir, `${name}.js`);
        writeFileSync(file, text);
        figures.push(
          { metric: `${name}, size`, value: text.length / 1000, unit: "KB", target: { atMost } },
          {
            metric: `${name}, import over an empty module's`,
            value: importMs(file, bare, imports),
            unit: "ms",
            target: { atMost: IMPORT_MS },
            ...busy(),
          },
        );
      }
      return figures;
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

/** CPU time excludes most of the effect of other processes. */
function busy(): { readonly note?: string } {
  const [load = 0] = loadavg();
  return load > 2 ? { note: `load ${load.toFixed(1)}` } : {};
}

/** The minimum of alternating runs, because other load only adds time. */
function importMs(file: string, bare: string, runs: number): number {
  const best = { file: Number.POSITIVE_INFINITY, bare: Number.POSITIVE_INFINITY };
  for (let i = 0; i < runs; i++) {
    best.file = Math.min(best.file, importOnce(file));
    best.bare = Math.min(best.bare, importOnce(bare));
  }
  return best.file - best.bare;
}

/** CPU time of one import in its own process, in ms. */
function importOnce(file: string): number {
  const script = `const before = process.cpuUsage(); require(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)`;
  return Number(execFileSync(process.execPath, ["-e", script], { env: environment }).toString());
}

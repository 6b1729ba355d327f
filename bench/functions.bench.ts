import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunction } from "../infra/bundle";
import type { Bench, Figure } from "./bench";

/** The largest sizes wanted, in KB of 1,000 bytes. */
const targets: Readonly<Record<string, readonly [number, string?]>> = {
  "store-latest": [200],
  "evaluate-rules": [200],
  "write-csv": [310],
  transform: [310],
  "poll-prices": [310, "it has three clients: Kinesis, S3 for what it sets aside, SSM for the API key"],
};

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
  run: () => {
    const dir = mkdtempSync(join(tmpdir(), "bundles-"));
    const importing = (file: string) =>
      Math.min(
        ...Array.from({ length: 9 }, () =>
          Number(
            execFileSync(
              process.execPath,
              [
                "-e",
                `const t = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - t)`,
              ],
              { env: environment },
            ).toString(),
          ),
        ),
      );
    try {
      const bare = join(dir, "bare.js");
      writeFileSync(bare, "exports.handler = async () => {};");
      const floor = importing(bare);
      return Object.entries(targets).flatMap(([name, [size, note]]): Figure[] => {
        const text = bundleFunction(name)["index.js"];
        const file = join(dir, `${name}.js`);
        writeFileSync(file, text);
        const because = note === undefined ? {} : { note };
        return [
          {
            metric: `${name}, size`,
            value: text.length / 1000,
            unit: "KB",
            target: { atMost: size },
            ...because,
          },
          {
            metric: `${name}, import over an empty module's`,
            value: importing(file) - floor,
            unit: "ms",
            target: { atMost: 28 },
            ...because,
          },
        ];
      });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

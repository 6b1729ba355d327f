import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomOf } from "../simulation/plan";
import { catchUpKilled } from "./killed";
import { verdictOn } from "./verdict";

/**
 * npm run simulate:kills -- --kills 10 [--early 3] [--hours 12] [--seed N]: `npm start` killed at random points of its
 * start and of its catch-up.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "10" },
      hours: { type: "string", default: "12" },
      early: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
    },
  });
  const dir = mkdtempSync(join(tmpdir(), "pricelake-killed-"));
  const killed = await catchUpKilled(
    dir,
    Number(values.hours),
    Number(values.kills),
    randomOf(Number(values.seed)),
    Number(values.early),
  );
  const violations = verdictOn(killed);
  process.stdout.write(`killed at ${killed.at.map((share) => share.toFixed(2)).join(", ")}\n`);
  for (const violation of violations) process.stdout.write(`  ${violation}\n`);
  if (violations.length > 0) process.stdout.write(`${killed.said}\nleft for you to see: ${dir}\n`);
  else rmSync(dir, { recursive: true, force: true });
  process.stdout.write(
    `${killed.at.length} kills, ${killed.slots} slots: ${violations.length === 0 ? "clean" : "NOT clean"}\n`,
  );
  return violations.length === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);

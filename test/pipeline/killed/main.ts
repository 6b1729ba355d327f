import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCommand } from "../../../tools/kit/command";
import { wholeNumber } from "../../../tools/kit/options";
import { runProcess } from "../../../tools/kit/run";
import { randomOf } from "../simulation/plan";
import { catchUpKilled } from "./killed";
import { verdictOn } from "./verdict";

const kills = defineCommand({
  summary: "kills npm start at random points",
  usage: "npm run simulate:kills -- [options]",
  description:
    "Kills npm start at random points of its start and of its catch-up, and checks what is kept each time.",
  options: {
    kills: wholeNumber("number of kills during the catch-up", 0, 1000, 10),
    early: wholeNumber("number of kills during the start", 0, 1000, 3),
    hours: wholeNumber("hours of the market", 1, 720, 12),
    seed: wholeNumber("seed of the random points", 1, 1_000_000_000, 1),
  },
  run: killAtRandom,
});

async function killAtRandom(values: {
  kills: number;
  early: number;
  hours: number;
  seed: number;
}): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "pricelake-killed-"));
  const killed = await catchUpKilled(dir, values.hours, values.kills, randomOf(values.seed), values.early);
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

runProcess({ kills: () => kills }, ["kills", ...process.argv.slice(2)]);

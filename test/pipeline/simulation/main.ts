import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCommand } from "../../../tools/kit/command";
import { wholeNumber } from "../../../tools/kit/options";
import { runProcess } from "../../../tools/kit/run";
import { planOf } from "./plan";
import { explain, run } from "./seed";
import { startWorld } from "./world";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Seeds played in one cloud before a fresh one is taken. */
const PER_WORLD = 20;

const simulate = defineCommand({
  summary: "plays random days with random faults",
  usage: "npm run simulate -- [options]",
  description:
    "Plays random days with random faults, one per seed, and checks that no event is lost or doubled. A seed that fails is " +
    "printed whole.",
  options: {
    seeds: wholeNumber("number of seeds", 1, 1_000_000, 20),
    from: wholeNumber("first seed", 1, 1_000_000_000, 1),
  },
  run: play,
});

async function play({ seeds, from }: { seeds: number; from: number }): Promise<number> {
  const end = from + seeds;
  let failures = 0;
  for (let first = from; first < end; first += PER_WORLD) {
    const dir = mkdtempSync(join(tmpdir(), "pricelake-simulation-"));
    const world = await startWorld(dir, first);
    try {
      for (let seed = first; seed < Math.min(first + PER_WORLD, end); seed++) {
        const began = performance.now();
        const plan = planOf(seed);
        const outcome = await run(world, plan);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        const { violations, ...counts } = outcome;
        if (violations.length > 0) {
          failures++;
          process.stdout.write(explain(world, plan, outcome));
        }
        process.stdout.write(
          `seed ${seed} ${violations.length === 0 ? "passed" : "FAILED"} in ${seconds} s ` +
            `${JSON.stringify({ ...counts, struck: world.strikes.length })}\n`,
        );
      }
    } finally {
      await world.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  }
  process.stdout.write(`${end - from} seeds, ${failures} failed\n`);
  return failures === 0 ? 0 : 1;
}

runProcess({ simulate: () => simulate }, ["simulate", ...process.argv.slice(2)]);

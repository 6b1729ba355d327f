import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { planOf } from "./plan";
import { explain, run } from "./seed";
import { startWorld } from "./world";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Seeds played in one cloud before a fresh one is taken. */
const PER_WORLD = 20;

const HELP = `npm run simulate -- [--seeds N] [--from N]

Plays random days with random faults, one per seed, and checks that no event is lost or doubled.
A seed that fails is printed whole.

  --seeds N  number of seeds (default 20)
  --from N   first seed (default 1)
`;

/** npm run simulate -- --seeds 200 [--from N]: seeds in a row; each that fails is printed whole. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "20" },
      from: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const from = Number(values.from);
  const end = from + Number(values.seeds);
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

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);

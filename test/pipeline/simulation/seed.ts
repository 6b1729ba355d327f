import { check, type Outcome } from "./check";
import { describePlan, type Plan } from "./plan";
import { play } from "./play";
import type { World } from "./world";

/** Plays one plan and holds what it left against what went in. */
export async function run(world: World, plan: Plan): Promise<Outcome> {
  world.strikes.length = 0;
  world.logged.length = 0;
  world.troubles.length = 0;
  world.failed.clear();
  await play(world, plan);
  return check(world, plan);
}

/** All there is to know of a seed that failed. */
export function explain({ strikes, troubles }: World, plan: Plan, outcome: Outcome): string {
  const at = (instant: number) => new Date(instant).toISOString().slice(11, 19);
  const { seed } = plan;
  return [
    `seed ${seed} failed; npm run simulate -- --from ${seed} --seeds 1 plays it again`,
    ...outcome.violations.map((violation) => `  ${violation}`),
    "planned:",
    describePlan(plan),
    "struck:",
    ...strikes.map((strike) => `  ${at(strike.at)} ${strike.what}`),
    ...troubles.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

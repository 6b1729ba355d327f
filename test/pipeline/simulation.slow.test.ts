import { strict as assert } from "node:assert";
import { temporaryDirectory } from "../support/temporary";
import { planOf } from "./simulation/plan";
import { explain, run } from "./simulation/seed";
import { startWorld, type World } from "./simulation/world";

const FIRST = 6;

describe("Simulation", () => {
  const dir = temporaryDirectory();
  let world: World;

  before(async () => {
    world = await startWorld(dir.path, FIRST);
  });
  after(async () => {
    await world?.stop();
    dir.remove();
  });

  it("stores or quarantines everything despite faults", async () => {
    const plan = planOf(FIRST);
    const outcome = await run(world, plan);
    assert.deepEqual(outcome.violations, [], explain(world, plan, outcome));
    assert.ok(world.strikes.length > 10 && outcome.rows > 500);
  });
});

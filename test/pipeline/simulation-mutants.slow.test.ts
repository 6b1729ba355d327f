import { strict as assert } from "node:assert";
import type { FaultRule } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "../support/temporary";
import { mutate, mutations } from "./simulation/mutations";
import type { Plan } from "./simulation/plan";
import { run } from "./simulation/seed";
import { startWorld, type World } from "./simulation/world";

const FIRST = 8;
const calm = { faults: [], market: [], disturbances: [] };

/** What any of the mutants cannot stand: refusals that outlast a call's own retries, and batches tried again. */
const refused: FaultRule = {
  service: "s3",
  operation: "PutObject",
  fault: { kind: "error", code: "InternalError", status: 500 },
  times: 7,
};
const crashed: FaultRule = {
  service: "lambda",
  operation: "Handler",
  fault: { kind: "crash", after: true },
  // The first calls of a step, so that each function of the feed is among them.
  times: 6,
};

describe("Simulation of a broken program", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  let world: World;

  before(async () => {
    world = await startWorld(dir.path, FIRST);
  });
  after(async () => {
    await world?.stop();
    dir.remove();
  });

  const plan = (seed: number): Plan => ({
    seed,
    steps: [
      calm,
      { ...calm, faults: [crashed] },
      { ...calm, faults: [crashed] },
      { ...calm, faults: [refused] },
      { ...calm, disturbances: ["other producer", "direct put"] },
      ...Array.from({ length: 5 }, () => calm),
    ],
  });

  it("passes the plan that finds the mutants", async () => {
    const outcome = await run(world, plan(FIRST));
    assert.deepEqual(outcome.violations, []);
  });

  mutations.forEach((mutation, at) => {
    it(`finds ${mutation.what}`, async () => {
      const restore = await mutate(world, mutation);
      try {
        const { violations } = await run(world, plan(FIRST + 1 + at));
        assert.notDeepEqual(violations, []);
      } finally {
        await restore();
      }
    });
  });
});

import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../../../functions/compact/parallel";

describe("Work in parallel", () => {
  it("begins no other item after a failure, and waits for those that began", async () => {
    const [begun, ended]: [number[], number[]] = [[], []];
    const work = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      if (item === 2) throw new Error("two");
      await sleep(20);
      ended.push(item);
    });
    await assert.rejects(work, /two/);
    assert.deepEqual([begun, ended], [[1, 2], [1]]);
  });
});

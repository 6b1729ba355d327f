import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel, oneAtATime } from "../../../functions/compact/parallel";

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

  it("one at a time goes on after a failure", async () => {
    const inTurn = oneAtATime();
    const events: string[] = [];
    const work = (name: string) =>
      inTurn(async () => {
        events.push(`${name} begins`);
        await sleep(5);
        events.push(`${name} ends`);
        if (name === "one") throw new Error("one");
      });
    const [one] = await Promise.allSettled([work("one"), work("two")]);
    assert.equal(one?.status, "rejected");
    assert.deepEqual(events, ["one begins", "one ends", "two begins", "two ends"]);
  });
});

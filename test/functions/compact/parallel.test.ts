import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { atMost, inParallel } from "../../../functions/compact/parallel";

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

  it("begins in its order when there is room, after a failure too", async () => {
    const room = atMost(2);
    const events: string[] = [];
    const work = (name: string, milliseconds: number) =>
      room(async () => {
        events.push(`${name} begins`);
        await sleep(milliseconds);
        events.push(`${name} ends`);
        if (name === "one") throw new Error("one");
        return name;
      });
    const results = await Promise.allSettled([
      work("one", 10),
      work("two", 200),
      work("three", 5),
      work("four", 5),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === "fulfilled" ? result.value : "failed")),
      ["failed", "two", "three", "four"],
    );
    assert.deepEqual(events, [
      "one begins",
      "two begins",
      "one ends",
      "three begins",
      "three ends",
      "four begins",
      "four ends",
      "two ends",
    ]);
  });
});

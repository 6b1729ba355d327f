import { strict as assert } from "node:assert";
import { batchWindow } from "../../../infra/config/batch-window";

describe("The batching window of a feed's functions", () => {
  const cases: readonly (readonly [
    goal: number,
    interval: number | undefined,
    window: number,
    why: string,
  ])[] = [
    [75, undefined, 60, "uses the whole goal for events that arrive at any time, but the function's run"],
    [315, undefined, 300, "has as few objects as Lambda allows"],
    [1200, undefined, 300, "is not longer than Lambda allows"],
    [75, 300, 15, "gathers one poll when the goal allows for no second one"],
    [75, 30, 60, "gathers several polls when the goal allows for them"],
    [315, 300, 300, "gathers polls of five minutes when the goal allows for it"],
    [20, 300, 5, "is shorter than a poll's records take when the goal is"],
    [15, undefined, 0, "gathers nothing when the goal leaves no time"],
  ];
  for (const [freshnessSeconds, arrivalSeconds, window, why] of cases)
    it(`${why}: goal ${freshnessSeconds} s, interval ${arrivalSeconds ?? "none"}`, () => {
      assert.equal(batchWindow({ freshnessSeconds, arrivalSeconds }), window);
    });
});

import { strict as assert } from "node:assert";
import { catchUp, progressIn, startOfCatchUp } from "../../../tools/start/catch-up";
import { temporaryDirectory } from "../../support/temporary";

const NOW = Date.parse("2026-01-02T12:34:56.789Z");
const iso = (instant: number): string => new Date(instant).toISOString();

describe("startOfCatchUp", () => {
  it("goes back the given hours, to a whole minute", () => {
    assert.equal(iso(startOfCatchUp(NOW, 48, undefined)), "2025-12-31T12:34:00.000Z");
  });

  it("continues where the last run stopped", () => {
    assert.equal(iso(startOfCatchUp(NOW, 48, NOW - 3_600_000)), "2026-01-02T11:34:00.000Z");
  });

  it("skips times before the given hours", () => {
    assert.equal(iso(startOfCatchUp(NOW, 1, NOW - 86_400_000)), "2026-01-02T11:34:00.000Z");
  });

  it("ignores saved progress in the future", () => {
    assert.equal(iso(startOfCatchUp(NOW, 1, NOW + 60_000)), "2026-01-02T11:34:00.000Z");
  });
});

describe("catchUp", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  const fakeClock = (start: number) => {
    let at = start;
    return {
      now: () => at,
      advanceTo: async (instant: number) => {
        at = instant;
      },
    };
  };

  it("advances in steps to an end that may move, and saves its progress", async () => {
    const progress = progressIn(dir.path);
    const steps: number[] = [];
    let end = 100;
    await catchUp({
      clock: fakeClock(0),
      until: () => end,
      stepMillis: 40,
      progress,
      onStep: (instant) => {
        steps.push(instant);
        if (instant === 40) end = 110;
      },
      signal: new AbortController().signal,
    });
    assert.deepEqual(steps, [40, 80, 110]);
    assert.equal(progressIn(dir.path).read(), 110);
  });

  it("ends after the step during which it is interrupted", async () => {
    const controller = new AbortController();
    const steps: number[] = [];
    await catchUp({
      clock: fakeClock(0),
      until: () => 100,
      stepMillis: 10,
      progress: progressIn(dir.path),
      onStep: (instant) => {
        steps.push(instant);
        if (instant === 20) controller.abort();
      },
      signal: controller.signal,
    });
    assert.deepEqual(steps, [10, 20]);
  });
});

import { strict as assert } from "node:assert";
import { scheduler } from "node:timers/promises";
import { loadFactor } from "../support/load";
import { pollPrices } from "./support/poll-prices";

describe("poll-prices", () => {
  const { poll, market } = pollPrices();

  describe("with slots that are not at whole minutes", () => {
    const MINUTE = 60_000;
    /** An instant whose minute holds the slots :00 and :30, or :00 and :45. */
    const tick = Math.floor(Date.now() / (3 * MINUTE)) * 3 * MINUTE;
    const { now } = Date;
    const { wait } = scheduler;
    let waits: number[] = [];
    let begin = () => {};

    /** Sets the function's clock to this many seconds after the tick. Waiting moves it on at once. */
    function startAt(seconds: number): void {
      waits = [];
      begin = () => {
        let offset = tick + seconds * 1000 - now();
        Date.now = () => now() + offset;
        scheduler.wait = async (millis) => {
          waits.push(millis / 1000);
          offset += millis;
        };
      };
    }

    /** Asserts that the function waited once, for the rest of these seconds. */
    function assertWaited(seconds: number): void {
      const [waited = 0] = waits;
      assert.ok(waits.length === 1 && waited <= seconds && waited > seconds - 10, `waits of ${waits} s`);
    }

    afterEach(() => {
      begin = () => {};
      Date.now = now;
      scheduler.wait = wait;
    });

    const pollEvery = (pollSeconds: number, options: { minute?: number; millis?: number } = {}) =>
      poll({
        coins: 5,
        begin: () => begin(),
        event: { scheduledTime: new Date(tick + (options.minute ?? 0) * MINUTE).toISOString() },
        environment: { POLL_SECONDS: String(pollSeconds), TICK_SECONDS: "60" },
        ...(options.millis !== undefined && { millis: options.millis }),
      });
    const slotsIn = (rows: readonly Record<string, unknown>[]) =>
      [...new Set(rows.map((row) => (Date.parse(String(row.event_time)) - tick) / 1000))].sort(
        (a, b) => a - b,
      );

    it("serves each slot of the minute at its own time", async () => {
      startAt(1);
      assert.deepEqual(slotsIn((await pollEvery(30, { millis: 120_000 })).rows), [0, 30]);
      assertWaited(29);
    });

    it("serves a slot between two minutes once, and none in a minute without one", async () => {
      startAt(60);
      assert.deepEqual(slotsIn((await pollEvery(90, { minute: 1, millis: 120_000 })).rows), [90]);
      assertWaited(30);
      startAt(120);
      const { rows, result, requests } = await pollEvery(90, { minute: 2 });
      assert.deepEqual([rows, result, requests], [[], { polls: [], skipped: 0 }, 0]);
    });

    it("makes the same slots when the schedule fires late", async () => {
      startAt(40);
      assert.deepEqual(slotsIn((await pollEvery(45)).rows), [0, 45]);
    });

    it("skips a slot whose successor is due, and counts it", async () => {
      startAt(50);
      const { rows, lines } = await pollEvery(45);
      assert.deepEqual(slotsIn(rows), [45]);
      assert.equal(lines.find((entry) => "SkippedSlots" in entry)?.SkippedSlots, 1);
    });

    it("polls the next slot although one failed, and fails at the end", async () => {
      startAt(0);
      market().setFaults([{ kind: "redirect", times: 1 }]);
      const { rows, result } = await pollEvery(30, { millis: 120_000 });
      assert.deepEqual(slotsIn(rows), [30]);
      assert.match(String(result), /answered 302/);
    });

    it("gives up a slot when the next one is due", async () => {
      startAt(29);
      market().setFaults([{ kind: "hang", times: 1 }]);
      const { rows, result, millis } = await pollEvery(30, { millis: 120_000 });
      assert.deepEqual(slotsIn(rows), [30]);
      assert.match(String(result), /TimeoutError/);
      assert.ok(millis < 1000 + 4000 * loadFactor(), `${millis} ms`);
    });

    it("says so when a slot is further ahead than the timeout allows", async () => {
      startAt(0);
      const { rows, result } = await pollEvery(45, { millis: 10_000 });
      assert.deepEqual(slotsIn(rows), [0]);
      assert.match(String(result), /slot .* is 4\d s ahead, longer than the function's timeout allows/);
    });
  });
});

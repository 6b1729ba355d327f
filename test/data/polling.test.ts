import { strict as assert } from "node:assert";
import { longestWaitSeconds, slotsOfTick, tickSecondsOf } from "../../data/polling";

const DAY = 86_400_000;
const START = Date.parse("2026-03-01T00:00:00Z");

describe("Poll slots", () => {
  it("have a tick each where they are whole minutes, and else a tick a minute", () => {
    const table: readonly (readonly [number, number, number])[] = [
      [30, 60, 30],
      [31, 60, 59],
      [45, 60, 45],
      [60, 60, 0],
      [90, 60, 30],
      [300, 300, 0],
      [420, 60, 0],
      [900, 900, 0],
      [2700, 900, 0],
      [3599, 60, 59],
      [3600, 3600, 0],
    ];
    for (const [poll, tick, wait] of table)
      assert.deepEqual([tickSecondsOf(poll), longestWaitSeconds(poll)], [tick, wait], `every ${poll} s`);
  });

  it("are the multiples of the interval since 1970, each in exactly one tick", () => {
    for (const poll of [30, 31, 45, 59, 60, 61, 90, 97, 300, 420, 1000, 2700, 3599, 3600]) {
      const tick = tickSecondsOf(poll);
      const slots: number[] = [];
      for (let at = START; at < START + DAY; at += tick * 1000) {
        const found = slotsOfTick(at, tick, poll);
        for (const slot of found) assert.ok(slot - at <= longestWaitSeconds(poll) * 1000, `every ${poll} s`);
        slots.push(...found);
      }
      const first = Math.ceil(START / (poll * 1000)) * poll * 1000;
      const expected = Array.from(
        { length: Math.ceil((START + DAY - first) / (poll * 1000)) },
        (_, index) => first + index * poll * 1000,
      );
      assert.deepEqual(slots, expected, `every ${poll} s`);
    }
  });
});

import { strict as assert } from "node:assert";
import { parseExpression } from "../../../services/scheduler/expression";

const next = (expression: string, after: string, zone?: string, count = 3): string[] => {
  const timetable = parseExpression(expression, zone);
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    const slot = timetable.next(at, 0);
    if (slot === undefined) break;
    found.push(new Date(slot).toISOString().slice(0, 16));
    at = slot;
  }
  return found;
};

describe("cron expressions", () => {
  for (const [expression, after, zone, expected] of [
    [
      "cron(0/15 * * * ? *)",
      "2026-01-01T00:10:00Z",
      "UTC",
      ["2026-01-01T00:15", "2026-01-01T00:30", "2026-01-01T00:45"],
    ],
    [
      "cron(0 9 ? * MON-FRI *)",
      "2026-01-02T10:00:00Z",
      "UTC",
      ["2026-01-05T09:00", "2026-01-06T09:00", "2026-01-07T09:00"],
    ],
    [
      "cron(30 2 L * ? *)",
      "2026-01-15T00:00:00Z",
      "UTC",
      ["2026-01-31T02:30", "2026-02-28T02:30", "2026-03-31T02:30"],
    ],
    [
      "cron(0 0 ? * 6#3 *)",
      "2026-01-01T00:00:00Z",
      "UTC",
      ["2026-01-16T00:00", "2026-02-20T00:00", "2026-03-20T00:00"],
    ],
    [
      "cron(0 0 ? * FRIL *)",
      "2026-01-01T00:00:00Z",
      "UTC",
      ["2026-01-30T00:00", "2026-02-27T00:00", "2026-03-27T00:00"],
    ],
    [
      "cron(0 8 1W * ? *)",
      "2026-01-15T00:00:00Z",
      "UTC",
      ["2026-02-02T08:00", "2026-03-02T08:00", "2026-04-01T08:00"],
    ],
    [
      "cron(0 0 29 2 ? *)",
      "2026-01-01T00:00:00Z",
      "UTC",
      ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"],
    ],
    // Daylight saving skips 02:30 on 29 March, so the schedule does not fire that day.
    [
      "cron(30 2 * * ? *)",
      "2026-03-28T00:00:00Z",
      "Europe/Berlin",
      ["2026-03-28T01:30", "2026-03-30T00:30", "2026-03-31T00:30"],
    ],
    ["cron(0 0 1 1 ? 2026-2027)", "2025-06-01T00:00:00Z", "UTC", ["2026-01-01T00:00", "2027-01-01T00:00"]],
  ] as const)
    it(`${expression} in ${zone}`, () => assert.deepEqual(next(expression, after, zone), expected));

  it("a rate counts from its anchor", () => {
    const timetable = parseExpression("rate(7 minutes)");
    assert.equal(timetable.next(1000, 500), 500 + 7 * 60_000);
    assert.equal(timetable.next(400, 500), 500);
  });
});

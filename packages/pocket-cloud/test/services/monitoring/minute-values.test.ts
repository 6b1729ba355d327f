import { strict as assert } from "node:assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { type MinuteValue, MinuteValues } from "../../../services/monitoring/minute-values";

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const sorted = (values: Iterable<MinuteValue>) =>
  [...values].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);

describe("The values of a metric by minute", () => {
  it("are those of a map of maps, in whatever order they come", () => {
    const addition = fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1438, max: 1442 })),
      fc.constantFrom(0, 1, 2.5, -3),
      fc.integer({ min: 1, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 60 }), fc.nat(1442), fc.nat(1442), (all, from, to) => {
        const values = new MinuteValues();
        const model = new Map<string, MinuteValue>();
        for (const [at, value, count] of all) {
          const minute = START + at * MINUTE;
          const key = `${minute} ${value}`;
          const before = model.get(key)?.[2];
          assert.equal(values.add(minute, value, count), before === undefined);
          model.set(key, [minute, value, (before ?? 0) + count]);
        }
        assert.deepEqual(sorted(values.between(0, Infinity)), sorted(model.values()));
        const [start, end] = [START + from * MINUTE, START + to * MINUTE];
        assert.deepEqual(
          sorted(values.between(start, end)),
          sorted([...model.values()].filter(([minute]) => minute >= start && minute < end)),
        );
      }),
    );
  });

  it("of a day are dropped once the day is over", () => {
    const values = new MinuteValues();
    for (let hour = 0; hour < 72; hour++) values.add(START + hour * 60 * MINUTE, hour, 1);
    assert.equal(values.dropBefore(START + DAY - 1), 0);
    assert.equal(values.dropBefore(START + 2 * DAY), 48);
    assert.deepEqual(
      [...values.between(0, Infinity)].map(([, value]) => value),
      Array.from({ length: 24 }, (_, i) => 48 + i),
    );
  });

  it("take 32 bytes each in a day of minutes", () => {
    const before = process.memoryUsage();
    const days = Array.from({ length: 500 }, () => {
      const values = new MinuteValues();
      for (let minute = 0; minute < 1440; minute++) values.add(START + minute * MINUTE, minute % 7, 1);
      return values;
    });
    // Growing leaves smaller arrays behind, which count until they are collected.
    setFlagsFromString("--expose-gc");
    runInNewContext("gc")();
    const after = process.memoryUsage();
    const bytes = after.arrayBuffers - before.arrayBuffers;
    assert.equal(days.length, 500);
    assert.ok(bytes < 500 * 1440 * 32, `${bytes / 500 / 1440} bytes a value`);
  });
});

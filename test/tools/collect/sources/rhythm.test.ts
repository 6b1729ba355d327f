import { strict as assert } from "node:assert";
import fc from "fast-check";
import { bursting, steady } from "../../../../tools/collect/sources/rhythm";

const MIDNIGHT = Date.UTC(2026, 2, 1);

describe("Rhythms of generators", () => {
  it("number events by their instant, and find the first event from an instant on", () => {
    const rates = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.constant(0.5));
    fc.assert(
      fc.property(rates, fc.nat(86_400_000), fc.boolean(), (rate, offset, bursts) => {
        const rhythm = bursts ? bursting(rate, 7) : steady(rate);
        const instant = MIDNIGHT + offset;
        const n = rhythm.firstFrom(instant);
        assert.ok(rhythm.instantOf(n) >= instant);
        assert.ok(rhythm.instantOf(n - 1) < instant);
        assert.ok(rhythm.instantOf(n + 1) >= rhythm.instantOf(n));
      }),
    );
  });

  it("has one burst of 30 s in each ten minutes, eight times as dense, and the average that was asked for", () => {
    const rhythm = bursting(10, 3);
    const perSecond = Array.from({ length: 600 }, (_, s) => {
      const from = MIDNIGHT + s * 1000;
      return {
        count: rhythm.firstFrom(from + 1000) - rhythm.firstFrom(from),
        burst: rhythm.inBurst(from + 500),
      };
    });
    const sum = (burst: boolean) =>
      perSecond.filter((second) => second.burst === burst).reduce((total, { count }) => total + count, 0);
    assert.equal(sum(true) + sum(false), 6000);
    const during = perSecond.filter(({ burst }) => burst).length;
    assert.ok(during >= 29 && during <= 31, `${during} s`);
    assert.ok(Math.abs(sum(true) / during / (sum(false) / (600 - during)) - 8) < 0.5);
  });
});

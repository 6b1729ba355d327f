import { strict as assert } from "node:assert";
import fc from "fast-check";
import { gapsIn } from "../../../tools/backfill/plan";

const MINUTE = 60_000;
const at = (time: string): number => Date.parse(`2026-01-02T${time}:00Z`);

describe("gapsIn", () => {
  it("finds the missing slots between two present ones", () => {
    assert.deepEqual(gapsIn([at("03:00"), at("03:05"), at("03:20"), at("03:25")], 5 * MINUTE), [
      { from: at("03:10"), to: at("03:15"), slots: [at("03:10"), at("03:15")] },
    ]);
  });

  it("reports no gap before the first and after the last slot", () => {
    assert.deepEqual(gapsIn([], 5 * MINUTE), []);
    assert.deepEqual(gapsIn([at("03:00")], 5 * MINUTE), []);
    assert.deepEqual(gapsIn([at("03:05"), at("03:00")], 5 * MINUTE), []);
  });

  it("accepts a slot that is slightly late", () => {
    assert.deepEqual(gapsIn([at("03:00"), at("03:06"), at("03:10")], 5 * MINUTE), []);
  });

  it("finds exactly the removed interior slots", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 60 }), (present) => {
        const slots = present.flatMap((there, index) => (there ? [index * 5 * MINUTE] : []));
        const first = present.indexOf(true);
        const last = present.lastIndexOf(true);
        const missing = present.flatMap((there, index) =>
          !there && index > first && index < last && first >= 0 ? [index * 5 * MINUTE] : [],
        );
        assert.deepEqual(
          gapsIn(slots, 5 * MINUTE).flatMap((gap) => [...gap.slots]),
          missing,
        );
      }),
    );
  });
});

import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { evenRanges, hashOf, LARGEST_KEY, rangeOf, toNumber } from "../../../services/kinesis/hash-keys";
import { TokenBucket } from "../../../services/kinesis/limits";
import type { Shard } from "../../../services/kinesis/model";
import { nextReshard } from "../../../services/kinesis/scaling";
import { positionIn, sequenceAt, sequencePrefix } from "../../../services/kinesis/sequence";

const counts = fc.integer({ min: 1, max: 300 });

describe("Kinesis hash ranges", () => {
  it("cover every key once, in ranges of equal size", () => {
    fc.assert(
      fc.property(counts, (count) => {
        const ranges = evenRanges(count);
        let next = 0n;
        for (const { start, end } of ranges) {
          assert.equal(toNumber(start), next);
          next = toNumber(end) + 1n;
        }
        assert.equal(next, LARGEST_KEY + 1n);
        assert.equal(ranges.length, count);
      }),
    );
  });

  it("hold the MD5 of a partition key in exactly the range it is routed to", () => {
    fc.assert(
      fc.property(counts, fc.string(), (count, key) => {
        const ranges = evenRanges(count);
        const hash = BigInt(`0x${createHash("md5").update(key).digest("hex")}`);
        const holding = ranges.filter(({ start, end }) => toNumber(start) <= hash && hash <= toNumber(end));
        assert.deepEqual([rangeOf(ranges, hashOf(key))], holding);
      }),
    );
  });

  it("reach any number of even ranges by splits and merges that leave no gap", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }), (from, to) => {
        let serial = 0;
        const shard = (range: { start: string; end: string }): Shard => {
          const index = serial++;
          return { id: `shard-${index}`, index, born: 0, openedAt: 0, ...range };
        };
        let open = evenRanges(from).map(shard);
        const goal = evenRanges(to);
        for (let step = nextReshard(open, goal); step; step = nextReshard(open, goal)) {
          const { closing, opening } = step;
          open = [...open.filter(({ id }) => !closing.includes(id)), ...opening.map(shard)];
          open.sort((a, b) => (a.start < b.start ? -1 : 1));
          for (const [index, { end }] of open.slice(0, -1).entries())
            assert.equal(toNumber(end) + 1n, toNumber(open[index + 1]?.start ?? ""));
        }
        assert.deepEqual(
          open.map(({ start, end }) => ({ start, end })),
          goal,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("Kinesis sequence numbers", () => {
  const born = fc.integer({ min: 1e12, max: 9e12 });
  const index = fc.nat({ max: 99_999_999 });
  const position = fc.nat({ max: Number.MAX_SAFE_INTEGER });

  it("grow with the position, and read back", () => {
    fc.assert(
      fc.property(born, index, position, position, (bornAt, shard, one, other) => {
        const prefix = sequencePrefix({ born: bornAt, index: shard });
        assert.match(sequenceAt(prefix, one), /^49\d{54}$/);
        assert.equal(positionIn(prefix, sequenceAt(prefix, one)), one);
        assert.equal(BigInt(sequenceAt(prefix, one)) < BigInt(sequenceAt(prefix, other)), one < other);
      }),
    );
  });

  it("of a later shard are greater than those of an earlier one", () => {
    fc.assert(
      fc.property(born, index, index, position, position, (bornAt, parent, child, last, first) => {
        const before = sequenceAt(sequencePrefix({ born: bornAt, index: parent }), last);
        const after = sequenceAt(sequencePrefix({ born: bornAt + 1, index: child }), first);
        assert.ok(BigInt(after) > BigInt(before));
      }),
    );
  });

  it("are invalid in another shard", () => {
    const sequence = sequenceAt(sequencePrefix({ born: 1_700_000_000_000, index: 1 }), 7);
    assert.equal(positionIn(sequencePrefix({ born: 1_700_000_000_000, index: 2 }), sequence), undefined);
    assert.equal(positionIn(sequencePrefix({ born: 1_700_000_000_000, index: 1 }), "0"), undefined);
  });
});

describe("Token buckets", () => {
  it("refill on the clock, to one second's worth", () => {
    const bucket = new TokenBucket(10, 0);
    assert.equal(bucket.available(0), 10);
    bucket.spend(10);
    assert.equal(bucket.available(0), 0);
    assert.equal(bucket.available(500), 5);
    assert.equal(bucket.available(60_000), 10);
  });
});

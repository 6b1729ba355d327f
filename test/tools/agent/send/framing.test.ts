import { strict as assert } from "node:assert";
import fc from "fast-check";
import { laneOf, PACK_BYTES } from "../../../../data/records/pack";
import type { Item } from "../../../../tools/agent/send/framing";
import { cutTo, type Framing, frame } from "../../../../tools/agent/send/framing";

const item = (line: string): Item => ({ data: Buffer.from(line), record: {} as never, at: 0 });
const framing: Framing = {
  packed: true,
  partitionKey: undefined,
  lanes: 4,
  ordered: true,
  keyOf: ({ data }) => Buffer.from(data).toString().split(" ")[0] ?? "",
};

describe("frame", () => {
  it("puts each line into its own record with a random key", () => {
    const entries = frame([item("a 1\n"), item("a 1\n")], { ...framing, packed: false });
    assert.deepEqual(
      entries.map(({ data }) => String(data)),
      ["a 1\n", "a 1\n"],
    );
    assert.notEqual(entries[0]?.partitionKey, entries[1]?.partitionKey);
    assert.deepEqual(
      entries.map(({ lane }) => lane),
      [undefined, undefined],
    );
  });

  it("derives the key from the data with DETERMINISTIC", () => {
    const options = { ...framing, packed: false, partitionKey: "DETERMINISTIC" } as const;
    assert.deepEqual(
      frame([item("a 1\n"), item("a 2\n")], options).map(({ partitionKey }) => partitionKey),
      ["70e6e55ab8a13e29704a6be6cd9307ed", "42810f2acd19bc36ec785d125d99e3e0"],
    );
  });

  it("packs lines by lane, in order, each once, within the bytes of a pack", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.nat(9), size: fc.oneof(fc.nat(3000), fc.nat(30_000)) }), {
          maxLength: 60,
        }),
        (lines) => {
          const items = lines.map(({ key, size }, i) => item(`${key} ${i} ${"x".repeat(size)}\n`));
          const entries = frame(items, framing);
          for (const { data, partitionKey, lane, items: packed } of entries) {
            assert.equal(partitionKey, lane);
            assert.deepEqual(Buffer.concat(packed.map((each) => each.data)), data);
            assert.ok(data.byteLength <= PACK_BYTES || packed.length === 1);
            for (const each of packed) assert.equal(String(laneOf(framing.keyOf(each), 4)), lane);
          }
          for (const lane of ["0", "1", "2", "3"])
            assert.deepEqual(
              entries.filter((each) => each.lane === lane).flatMap((each) => each.items),
              items.filter((each) => String(laneOf(framing.keyOf(each), 4)) === lane),
            );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("uses no lanes for unordered destinations or explicit keys", () => {
    const lines = [item("a 1\n"), item("a 2\n")];
    assert.deepEqual(
      frame(lines, { ...framing, ordered: false }).map(({ lane }) => lane),
      [undefined],
    );
    const [random] = frame(lines, { ...framing, partitionKey: "RANDOM" });
    assert.equal(random?.lane, undefined);
    assert.match(random?.partitionKey ?? "", /^\d{5,}$/);
  });
});

describe("cutTo", () => {
  it("leaves room for the terminator", () => {
    assert.equal(String(cutTo(Buffer.from("abcdefgh"), 6, "!\n")), "abcd!\n");
    assert.equal(String(cutTo(Buffer.from("abcdefgh"), 6, "")), "abcdef");
  });

  it("splits no character", () => {
    assert.equal(String(cutTo(Buffer.from("aéé\n"), 5, "\n")), "aé\n");
    assert.equal(String(cutTo(Buffer.from("aéé\n"), 4, "\n")), "aé\n");
    assert.equal(String(cutTo(Buffer.from("aéé\n"), 3, "\n")), "a\n");
  });
});

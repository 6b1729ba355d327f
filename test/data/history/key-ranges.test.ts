import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import { crypto } from "../../../data/feeds/crypto";
import { boundariesOf, filesOf, KEY_RANGE, keyRangeSql } from "../../../data/history/key-ranges";

const MB = 1_000_000;

describe("Ranges of a partition key", () => {
  it("are more for a larger day, up to sixteen, and one for a small one", () => {
    assert.deepEqual(
      [0, 0.3, 1.7, 2, 11, 45, 100, 1000, 100_000].map((size) => filesOf(crypto, size * MB)),
      [1, 1, 1, 2, 4, 8, 11, 16, 16],
    );
  });

  it("are one for a key that is no text", () => {
    assert.equal(filesOf({ ...crypto, partitionKey: "price_usd" }, 11 * MB), 1);
  });

  it("are joined for a smaller day", () => {
    const eight = ["b", "c", "d", "e", "f", "g", "h"];
    assert.deepEqual(boundariesOf(8, eight), eight);
    assert.deepEqual(boundariesOf(4, eight), ["c", "e", "g"]);
    assert.deepEqual(boundariesOf(3, eight), ["d", "f"]);
    assert.deepEqual(boundariesOf(1, eight), []);
    assert.deepEqual(boundariesOf(4, ["c", "e"]), ["c", "e"]);
    assert.deepEqual(boundariesOf(4, []), []);
  });

  it("have quotes of keys doubled", () => {
    assert.equal(
      keyRangeSql(crypto, ["o'brien", "x"]),
      "CASE WHEN coin_id < 'o''brien' THEN 0 WHEN coin_id < 'x' THEN 1 ELSE 2 END",
    );
  });

  it("have a name that no feed's column has", () => {
    const names = Object.values(feeds).flatMap(({ columns }) => Object.keys(columns));
    assert.ok(!names.includes(KEY_RANGE));
  });
});

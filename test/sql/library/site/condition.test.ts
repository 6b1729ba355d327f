import { strict as assert } from "node:assert";
import { loadReport } from "../../../../sql/library/library";
import { evaluate, readCondition } from "../../../../sql/library/site/condition";

const report = loadReport("crypto/top-movers");
const columns = [{ name: "coin_id" }, { name: "change_pct" }];
const rows = [
  ["bitcoin", "9.5"],
  ["solana", "12"],
  ["tether", null],
] as const;
const holds = (text: string, given: readonly (readonly (string | null)[])[] = rows) =>
  evaluate(readCondition(text, report), columns, given);

describe("A page's condition", () => {
  it("any: holds when one row meets it, and names these rows", () =>
    assert.deepEqual(holds("any change_pct >= 12"), { holds: true, rows: [["solana", "12"]] }));

  it("any: compares numbers, not texts", () => assert.equal(holds("any change_pct > 9.6").rows.length, 1));

  it("all: does not hold when a cell is NULL", () => assert.equal(holds("all change_pct > 0").holds, false));

  it("all: does not hold without rows", () => assert.equal(holds("all change_pct > 0", []).holds, false));

  it("compares texts as they are", () => {
    assert.equal(holds("any coin_id = bitcoin").holds, true);
    assert.equal(holds("any coin_id = Bitcoin").holds, false);
    assert.equal(holds("any coin_id != tether").rows.length, 2);
  });

  it("rows: counts them", () => {
    assert.equal(holds("rows = 0", []).holds, true);
    assert.equal(holds("rows > 3").holds, false);
    assert.equal(holds("rows >= 3").holds, true);
  });

  it("takes negative numbers and no spaces", () =>
    assert.equal(holds("any change_pct<-10", [["x", "-10.5"]]).holds, true));
});

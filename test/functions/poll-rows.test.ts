import { strict as assert } from "node:assert";
import { RECORD_BYTES } from "../../data/records/pack";
import { unpack } from "../../data/records/unpack";
import { pollRows } from "../../functions/poll-prices/core";

const SLOT = "2026-01-02T03:05:00.000Z";
const options = { lanes: 1, pollSeconds: 300, origin: "poll" } as const;
const listed = (id: string, current_price: unknown, change: object = {}) => ({
  id,
  symbol: id,
  name: id,
  current_price,
  last_updated: "2026-01-02T03:04:00.000Z",
  ...change,
});
const valuesOf = ({ packs }: ReturnType<typeof pollRows>) =>
  packs.flatMap(({ data }) => unpack(data).map((line) => line.ok && (line.value as Record<string, unknown>)));

describe("pollRows", () => {
  it("takes a coin once that moved from one page to the next between two requests", () => {
    const poll = pollRows([listed("a", 1), listed("b", 2), listed("a", 3)], SLOT, options);
    assert.deepEqual(
      valuesOf(poll).map((row) => row && [row.coin_id, row.price_usd]),
      [
        ["a", 1],
        ["b", 2],
      ],
    );
    assert.deepEqual([poll.events, poll.refused], [2, 0]);
  });

  it("sends what is no coin too, however large, in a record of its size", () => {
    const huge = "é".repeat(RECORD_BYTES);
    const poll = pollRows([null, 7, "text", [], listed(huge, huge, { name: [huge] })], SLOT, options);
    assert.deepEqual([poll.events, poll.refused], [0, 5]);
    assert.ok(poll.packs.every(({ data }) => data.length <= RECORD_BYTES));
    const [first, second, third, , last] = valuesOf(poll);
    assert.deepEqual([first, second, third], [null, 7, "text"]);
    assert.equal(last && String(last.coin_id).length, 2048);
  });

  it("tells the newest time of the source, and how many coins it left as they were for three polls", () => {
    const old = listed("old", 1, { last_updated: "2026-01-02T02:49:59.999Z" });
    const fair = listed("fair", 1, { last_updated: "2026-01-02T02:50:00.000Z" });
    const { stale, newest } = pollRows([old, fair, listed("new", 1)], SLOT, options);
    assert.deepEqual([stale, newest], [1, "2026-01-02T03:04:00.000Z"]);
    assert.equal(pollRows([old, fair], SLOT, { ...options, pollSeconds: 90 }).stale, 2);
    assert.equal(pollRows([old, fair], SLOT, { ...options, pollSeconds: 900 }).stale, 0);
  });
});

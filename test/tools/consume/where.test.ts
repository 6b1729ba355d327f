import { strict as assert } from "node:assert";
import { type FeedDefinition, feeds } from "../../../data/feeds";
import { crypto } from "../../../data/feeds/crypto";
import { readConditions } from "../../../tools/consume/where";

const row = {
  coin_id: "bitcoin",
  price_usd: 90,
  market_cap_rank: null,
  event_time: "2026-01-02T03:04:05.000Z",
  name: "",
};

describe("readConditions with a feed", () => {
  for (const [condition, matches] of [
    ["coin_id=bitcoin", true],
    ["coin_id=Bitcoin", false],
    ["coin_id!=ethereum", true],
    ["price_usd=90.0", true],
    ["price_usd>100", false],
    ["price_usd<100", true],
    ["price_usd>=90", true],
    ["price_usd<=89.9", false],
    ["event_time>=2026-01-02", true],
    ["event_time<2026-01-02T04:04:05+01:00", false],
    ["event_time=2026-01-02T04:04:05+01:00", true],
    ["market_cap_rank=", true],
    ["market_cap_rank!=", false],
    ["market_cap_rank=1", false],
    ["market_cap_rank!=1", false],
    ["price_usd!=", true],
  ] as const)
    it(`${matches ? "lets" : "does not let"} a row through for ${condition}`, () => {
      assert.equal(readConditions([condition], crypto)({ value: row }), matches);
    });

  it("requires all of several conditions", () => {
    assert.equal(readConditions(["coin_id=bitcoin", "price_usd>80"], crypto)({ value: row }), true);
    assert.equal(readConditions(["coin_id=bitcoin", "price_usd>100"], crypto)({ value: row }), false);
    assert.equal(readConditions([], crypto)({ value: row }), true);
  });

  for (const [condition, message] of [
    ["price_usd", '--where takes name=value, or one of = != > >= < <=, not "price_usd"'],
    ["price_usd>cheap", '--where: price_usd takes a number, not "cheap"'],
    ["price_usd>", '--where: price_usd takes a number, not ""'],
    [
      "event_time>soon",
      '--where: event_time takes an instant such as 2026-01-02 or 2026-01-02T03:04:05Z, not "soon"',
    ],
  ] as const)
    it(`refuses ${condition}`, () => {
      assert.throws(() => readConditions([condition], crypto), { exitCode: 2, message });
    });

  it("names the feed's columns", () => {
    assert.throws(() => readConditions(["constructor=1"], feeds.stocks as FeedDefinition), {
      message:
        '--where constructor=1: stocks has no column "constructor"; it has ticker_symbol, sector, change, price, event_time, and key and sequence of the record',
    });
  });
});

describe("readConditions without one", () => {
  const value = { a: { b: 7 }, text: "10", list: [1], none: null, flag: true };
  for (const [condition, matches] of [
    ["a.b=7.0", true],
    ["a.b>10", false],
    ["text=10", true],
    ["text=10.0", false],
    ["flag=true", true],
    ["list=[1]", true],
    ["none=", true],
    ["missing=", true],
    ["missing=1", false],
    ["a.b.c=1", false],
    ["constructor!=", false],
  ] as const)
    it(`${matches ? "lets" : "does not let"} an event through for ${condition}`, () => {
      assert.equal(readConditions([condition], undefined)({ value }), matches);
    });

  it("matches no line of text", () => {
    assert.equal(readConditions(["a=1"], undefined)({ value: "a=1" }), false);
  });
});

describe("readConditions on the record", () => {
  const event = {
    value: row,
    partitionKey: "7",
    sequenceNumber: "49590338271490256608559692538361571095921575989136588899",
  };
  for (const [condition, matches] of [
    ["key=7", true],
    ["key=8", false],
    ["key!=8", true],
    ["sequence=49590338271490256608559692538361571095921575989136588899", true],
    ["sequence>49590338271490256608559692538361571095921575989136588898", true],
    ["sequence>9", true],
    ["sequence<=9", false],
  ] as const)
    it(`${matches ? "lets" : "does not let"} an event through for ${condition}`, () => {
      assert.equal(readConditions([condition], crypto)(event), matches);
      assert.equal(readConditions([condition], undefined)({ ...event, value: "text" }), matches);
    });

  it("prefers the event's own field", () => {
    assert.equal(readConditions(["key=a"], undefined)({ ...event, value: { key: "a" } }), true);
  });

  it("refuses a sequence number that is none", () => {
    assert.throws(() => readConditions(["sequence=x"], crypto), {
      message: '--where: sequence takes a number, not "x"',
    });
  });
});

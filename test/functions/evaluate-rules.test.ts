import { strict as assert } from "node:assert";
import fc from "fast-check";
import { Engine, type TopLevelCondition } from "json-rules-engine";
import { feeds, type Row } from "../../data/feeds";
import { type Alert, RuleBook } from "../../functions/evaluate-rules/core";
import { evaluate } from "../../functions/evaluate-rules/evaluate";
import { History } from "../../functions/evaluate-rules/history";
import { Publisher } from "../../functions/evaluate-rules/publish";
import { readReference, readRules } from "../../functions/evaluate-rules/read-rules";
import { ruleFiles } from "../../functions/evaluate-rules/rules";
import { batch, coin, line, sequence } from "./support/events";

const crypto = feeds.crypto ?? assert.fail();
const signal = new AbortController().signal;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();
const rule = (when: object, change: object = {}) => ({
  name: "test",
  description: "d",
  severity: "info",
  once: "1h",
  when,
  message: "{name} at {price_usd}",
  ...change,
});
const fileOf = (...rules: object[]) => ({ feed: "crypto", rules });
const bookOf = (when: object, reference: object = {}) => {
  const table = readReference(reference);
  return new RuleBook(crypto, readRules(crypto, fileOf(rule(when)), table), table);
};
const price = (minute: number, value: number, id = "bitcoin") => coin(id, at(minute), value) as Row;
const above = (value: number) => ({ fact: "price_usd", operator: "greaterThan", value });

describe("Rules", () => {
  it("match a row's columns, and say what they saw", () => {
    const book = bookOf({ all: [above(10), { not: above(20) }] });
    assert.deepEqual(book.evaluate(price(0, 9)), []);
    assert.deepEqual(book.evaluate(price(5, 15)), [
      {
        id: "test/bitcoin/2026-01-02T03:00:00.000Z",
        rule: "test",
        severity: "info",
        description: "d",
        feed: "crypto",
        subject: "bitcoin",
        eventTime: at(5),
        message: "bitcoin at 15",
        facts: { price_usd: 15 },
      },
    ]);
    assert.deepEqual(book.evaluate(price(10, 25)), []);
  });

  it("join the reference table by key", () => {
    const book = bookOf(
      {
        all: [
          { fact: "reference.watchlist", operator: "equal", value: true },
          { fact: "price_usd", operator: "greaterThan", value: { fact: "reference.limit" } },
        ],
      },
      { bitcoin: { watchlist: true, limit: 10 }, tether: { watchlist: false, limit: 0 } },
    );
    assert.deepEqual(
      [price(0, 11), price(0, 9), price(0, 11, "tether"), price(0, 11, "unknown")].map(
        (row) => book.evaluate(row).length,
      ),
      [1, 0, 0, 0],
    );
  });

  it("compare with where the window began, each subject with itself", () => {
    const book = bookOf({
      fact: "price_usd",
      measure: "percentChange",
      over: "15m",
      operator: "greaterThanInclusive",
      value: 10,
    });
    const seen = [
      price(0, 100),
      price(5, 104),
      price(5, 1000, "ethereum"),
      price(10, 108),
      price(15, 110),
      price(20, 112),
      price(25, 130),
    ].map((row) => book.evaluate(row)[0]?.facts);
    assert.deepEqual(seen, [
      undefined,
      undefined,
      undefined,
      undefined,
      { "price_usd percentChange over 900s": 10 },
      undefined,
      { "price_usd percentChange over 900s": ((130 - 108) / 108) * 100 },
    ]);
  });

  it("compare with the value before", () => {
    const book = bookOf({
      fact: "price_usd",
      measure: "previous",
      over: "1h",
      operator: "equal",
      value: 100,
    });
    assert.deepEqual(
      [price(0, 100), price(5, 101), price(10, 102)].map((row) => book.evaluate(row).length),
      [0, 1, 0],
    );
  });

  it("see the same past when a batch comes again, and an older event in its own place", () => {
    const book = bookOf({
      fact: "price_usd",
      measure: "difference",
      over: "1h",
      operator: "equal",
      value: 5,
    });
    const rows = [price(0, 100), price(5, 103), price(10, 105)];
    const matches = () => rows.map((row) => book.evaluate(row).length);
    assert.deepEqual(matches(), [0, 0, 1]);
    assert.deepEqual(matches(), [0, 0, 1]);
    assert.deepEqual(book.evaluate(price(7, 105)).length, 1);
  });

  it("forget what no rule looks back to, but not before a batch is through", () => {
    const history = new History([15 * 60_000], ["price_usd"]);
    const take = (minute: number) =>
      history.add("bitcoin", price(minute, minute), Date.parse(at(minute))).map(({ row }) => row.price_usd);
    assert.deepEqual([take(0), take(10), take(30)], [[], [0], []]);
    assert.deepEqual(take(12), [0, 10]);
    history.forgetOld();
    assert.deepEqual([take(14), take(29), take(30)], [[], [14], [29]]);
  });

  it("look back on a bounded number of events, however many arrive", () => {
    const [minute, hour] = [60_000, 3_600_000];
    const history = new History([15 * minute, hour], ["price_usd"]);
    const begin = Date.parse(at(0));
    const add = (time: number) =>
      history.add("bitcoin", { ...price(0, time), event_time: new Date(time).toISOString() }, time);
    for (let second = 0; second < 7200; second += 0.1) {
      add(begin + second * 1000);
      if (second % 10 < 0.1) history.forgetOld();
    }
    const now = begin + 7200 * 1000;
    const before = add(now);
    assert.ok(before.length < 600, `${before.length} events`);
    for (const span of [15 * minute, hour]) {
      const first = before.find((event) => event.at >= now - span);
      assert.ok((first?.at ?? 0) <= now - span + span / 120, "the begin of the window, to a 120th of it");
    }
    assert.ok(now - (before.at(-1)?.at ?? 0) <= 100.1, "the event before");
    assert.deepEqual(Object.keys(before[0]?.row ?? {}), ["price_usd"]);
  });

  it("forget the subjects without new events once there are too many events", () => {
    const history = new History([3_600_000], ["price_usd"], 1000);
    for (let subject = 0; subject < 50; subject++)
      for (let minute = 0; minute < 50; minute++)
        history.add(`coin-${subject}`, price(minute, 1), Date.parse(at(minute)));
    assert.deepEqual(
      history.subjects(),
      Array.from({ length: 20 }, (_, i) => `coin-${30 + i}`),
    );
  });

  it("measure the age of a timestamp", () => {
    const book = bookOf({
      fact: "last_updated",
      measure: "ageSeconds",
      operator: "greaterThanInclusive",
      value: 1800,
    });
    assert.equal(book.evaluate(coin("bitcoin", at(30), 1, { last_updated: at(0) }) as Row).length, 1);
    assert.equal(book.evaluate(coin("bitcoin", at(30), 1, { last_updated: at(1) }) as Row).length, 0);
  });

  it("agree with json-rules-engine on conditions it knows", async () => {
    const facts = {
      price_usd: fc.constantFrom(1, 2, 3),
      market_cap_rank: fc.constantFrom(1, 2, null),
      origin: fc.constantFrom("poll", "backfill"),
    };
    const comparison = fc.oneof(
      fc.record({
        fact: fc.constantFrom("price_usd", "market_cap_rank"),
        operator: fc.constantFrom("lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"),
        value: fc.constantFrom(1, 2, 3),
      }),
      fc.record({
        fact: fc.constantFrom("origin", "price_usd"),
        operator: fc.constantFrom("equal", "notEqual"),
        value: fc.constantFrom("poll", 2),
      }),
      fc.record({
        fact: fc.constantFrom("origin", "price_usd"),
        operator: fc.constantFrom("in", "notIn"),
        value: fc.constantFrom(["poll", 1], [2, 3]),
      }),
    );
    const { condition } = fc.letrec<{ condition: object; several: object }>((tie) => ({
      several: fc.oneof({ maxDepth: 3 }, comparison, tie("condition")),
      condition: fc.oneof(
        fc.record({ all: fc.array(tie("several"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ any: fc.array(tie("several"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ not: tie("several") }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(condition, fc.record(facts), async (when, values) => {
        const engine = new Engine([{ conditions: when as TopLevelCondition, event: { type: "match" } }]);
        const { events } = await engine.run(values);
        const row = { ...price(0, values.price_usd), ...values } as Row;
        assert.equal(bookOf(when).evaluate(row).length, events.length);
      }),
    );
  });
});

describe("Rule files", () => {
  for (const [feed, { rules, reference }] of Object.entries(ruleFiles))
    it(`the one of ${feed} is valid`, () => {
      const contract = feeds[feed] ?? assert.fail();
      assert.ok(readRules(contract, rules, readReference(reference)).length > 0);
    });

  for (const [file, message] of [
    [
      fileOf(rule({ fact: "price", operator: "equal", value: 1 })),
      /^rules\[0\]\.when\.fact is "price"; it must be one of coin_id, symbol, /,
    ],
    [
      fileOf(rule({ all: [above(1), { any: [{ ...above(1), operator: ">" }] }] })),
      /^rules\[0\]\.when\.all\[1\]\.any\[0\]\.operator is ">"; it must be one of equal, /,
    ],
    [fileOf(rule({ all: [] })), /^rules\[0\]\.when\.all is \[\]; it must be a list of at least one/],
    [fileOf(rule({ all: [above(1)], any: [above(1)] })), /^rules\[0\]\.when\.any is .*; it must be absent/],
    [
      fileOf(rule({ ...above(1), measure: "percentChange" })),
      /^rules\[0\]\.when\.over is missing; it must be a span such as 30s/,
    ],
    [fileOf(rule({ ...above(1), over: "5m" })), /^rules\[0\]\.when\.over is "5m"; it must be left out/],
    [fileOf(rule(above(1), { once: "0h" })), /^rules\[0\]\.once is "0h"; it must be a span/],
    [
      fileOf(rule(above(1), { message: "{nmae}" })),
      /^rules\[0\]\.message: \{nmae\} is "nmae"; it must be one of/,
    ],
    [
      fileOf(rule(above(1)), rule(above(2))),
      /^rules\[1\]\.name is "test"; it must be unlike every other rule's/,
    ],
    [{ feed: "stocks", rules: [] }, /^feed is "stocks"; it must be one of crypto/],
    [[], /^the file is \[\]; it must be an object/],
  ] as const)
    it(`says where it is wrong: ${message.source.slice(1, 60)}`, () => {
      assert.throws(() => readRules(crypto, file, new Map()), { message });
    });
});

describe("evaluate-rules", () => {
  /** A topic that fails as told, and the alerts it has. */
  function topic(failures: ("refused" | "lost")[] = []) {
    const alerts: Alert[] = [];
    const client = {
      send: async ({ input }: { input: { Message?: string } }) => {
        const failure = failures.shift();
        if (failure !== "refused") alerts.push(JSON.parse(input.Message ?? "") as Alert);
        if (failure) throw new Error(failure);
      },
    };
    return { alerts, publisher: new Publisher(client as never, "arn:aws:sns:us-east-1:000000000000:alerts") };
  }
  const lines = (...rows: Row[]) => batch(...rows.map(line)).Records;
  const ids = (alerts: readonly Alert[]) => alerts.map(({ id }) => id);

  it("publishes one alert for each rule, subject and window", async () => {
    const { alerts, publisher } = topic();
    const records = lines(price(0, 11), price(5, 12), price(5, 12, "ethereum"), price(65, 13));
    assert.deepEqual(await evaluate({ feed: crypto, book: bookOf(above(10)), publisher }, records, signal), {
      rows: 4,
      refused: 0,
      published: 3,
      repeated: 1,
    });
    assert.deepEqual(ids(alerts), [
      "test/bitcoin/2026-01-02T03:00:00.000Z",
      "test/ethereum/2026-01-02T03:00:00.000Z",
      "test/bitcoin/2026-01-02T04:00:00.000Z",
    ]);
  });

  it("resumes at the record whose alert could not be published, without repeating earlier alerts", async () => {
    const { alerts, publisher } = topic();
    const book = bookOf(above(10));
    const records = lines(price(0, 11), price(0, 12, "ethereum"));
    let calls = 0;
    const flaky = {
      publish: (alert: Alert, s: AbortSignal) =>
        ++calls === 2 ? Promise.reject(new Error("throttled")) : publisher.publish(alert, s),
    };
    assert.deepEqual(await evaluate({ feed: crypto, book, publisher: flaky }, records, signal), {
      rows: 2,
      refused: 0,
      published: 1,
      repeated: 0,
      retryFrom: sequence(2),
      reason: "Error: throttled",
    });
    assert.deepEqual(await evaluate({ feed: crypto, book, publisher: flaky }, records.slice(1), signal), {
      rows: 1,
      refused: 0,
      published: 1,
      repeated: 0,
    });
    assert.deepEqual(
      alerts.map(({ subject }) => subject),
      ["bitcoin", "ethereum"],
    );
  });

  it("publishes at least once when the topic refuses or its acknowledgement is lost", async () => {
    for (const failure of ["refused", "lost"] as const) {
      const { alerts, publisher } = topic([failure]);
      const book = bookOf(above(10));
      const records = lines(price(0, 11));
      assert.equal(
        (await evaluate({ feed: crypto, book, publisher }, records, signal)).retryFrom,
        sequence(1),
      );
      assert.equal((await evaluate({ feed: crypto, book, publisher }, records, signal)).published, 1);
      assert.deepEqual(new Set(ids(alerts)), new Set(["test/bitcoin/2026-01-02T03:00:00.000Z"]));
    }
  });

  it("finds an alert again that could not be published, in a batch longer than any look back", async () => {
    const { alerts, publisher } = topic(["refused"]);
    const book = bookOf({
      fact: "price_usd",
      measure: "percentChange",
      over: "15m",
      operator: "greaterThanInclusive",
      value: 10,
    });
    const prices = [100, 112, 112, 112, 112, 112, 112, 112, 112];
    const records = lines(...prices.map((value, i) => price(i * 10, value)));
    const { retryFrom } = await evaluate({ feed: crypto, book, publisher }, records, signal);
    assert.equal(retryFrom, sequence(2));
    await evaluate({ feed: crypto, book, publisher }, records.slice(1), signal);
    assert.deepEqual(ids(alerts), ["test/bitcoin/2026-01-02T03:00:00.000Z"]);
  });

  it("counts rows it cannot read and goes on", async () => {
    const { publisher } = topic();
    const records = batch("nonsense\n", line(price(0, 11))).Records;
    assert.deepEqual(await evaluate({ feed: crypto, book: bookOf(above(10)), publisher }, records, signal), {
      rows: 1,
      refused: 1,
      published: 1,
      repeated: 0,
    });
  });
});

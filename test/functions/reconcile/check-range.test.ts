import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeCsv, feeds, type Row } from "../../../data/feeds";
import { checkRange } from "../../../functions/reconcile/check-range";
import { closedDay } from "../../../functions/reconcile/closed-day";
import { sizeLimit } from "../../../functions/reconcile/size-limit";
import { feedDays } from "../../../functions/shared/feed-days";

const DAY = { from: "2026-01-02T00", to: "2026-01-02T23" };
const NOW = Date.parse("2026-01-03T01:30:00Z");
const [stocks] = [feeds.stocks];
assert.ok(stocks);

const tick = (ticker: string, time: string): Row => ({
  ticker_symbol: ticker,
  sector: null,
  change: null,
  price: 10,
  event_time: time,
});

/** Objects by key; those of raw/ are JSON lines and those of csv/ are encoded. */
type Lake = Readonly<Record<string, readonly Row[]>>;

const check = (
  lake: Lake,
  view: Readonly<Record<string, number>>,
  modified = new Date(0),
  countView = async () => new Map(Object.entries(view)),
  onRead = (_key: string) => {},
) =>
  checkRange(
    {
      feed: stocks,
      since: "2025-01-01",
      directDelivery: "pricelake-dev-stocks-direct",
      objects: async function* (prefix) {
        for (const [key, rows] of Object.entries(lake))
          if (key.startsWith(prefix)) {
            onRead(key);
            yield {
              key,
              modified,
              text: rows
                .map((row) => (key.startsWith("csv/") ? encodeCsv(stocks, row) : `${JSON.stringify(row)}\n`))
                .join(""),
            };
          }
      },
    },
    DAY,
    NOW,
    countView,
  );

const a = tick("A", "2026-01-02T10:00:00.000Z");
const b = tick("B", "2026-01-02T10:30:00.000Z");

describe("The comparison of a closed day", () => {
  it("finds nothing where raw/, csv/ and the view agree", async () => {
    const lake = {
      "csv/stocks/dt=2026-01-02/hour=10/s-1.csv": [a, b],
      "raw/stocks/dt=2026-01-02/hour=10/x": [a, b, b],
    };
    assert.deepEqual(await check(lake, { "2026-01-02T10": 2 }), {
      rows: 2,
      late: 0,
      findings: [],
      differences: 0,
    });
  });

  it("names the events that csv/, raw/ or the view lacks", async () => {
    const { findings, differences } = await check(
      {
        "csv/stocks/dt=2026-01-02/hour=10/s-1.csv": [a],
        "raw/stocks/dt=2026-01-02/hour=10/x": [b],
      },
      {},
    );
    assert.deepEqual(
      findings.map(({ message }) => message),
      [
        "2026-01-02T10 raw: 1 of 1 events of csv/ are not in raw/",
        "2026-01-02T10 raw: 1 events are in raw/ and not in csv/",
        "2026-01-02T10 view: 0 rows in the view for 1 distinct rows of csv/",
      ],
    );
    assert.equal(differences, 3);
  });

  it("finds an event of an earlier day that arrived since and is not in csv/", async () => {
    const [stored, lost] = [tick("A", "2025-11-05T10:00:00.000Z"), tick("B", "2025-11-05T10:00:00.000Z")];
    const other = tick("C", "2025-11-05T10:00:00.000Z");
    const { findings, late } = await check(
      {
        "csv/stocks/dt=2025-11-05/hour=10/s-1.csv": [stored, other],
        "raw/stocks/dt=2026-01-02/hour=10/x": [stored, lost],
      },
      {},
    );
    assert.equal(late, 2);
    assert.deepEqual(
      findings.map(({ message }) => message),
      ["2025-11-05T10 raw: 1 events are in raw/ and not in csv/"],
    );
  });

  it("finds in raw/ of the day before an event that was ahead of its arrival", async () => {
    const lake = {
      "csv/stocks/dt=2026-01-02/hour=10/s-1.csv": [a],
      "raw/stocks/dt=2026-01-01/hour=23/x": [a],
    };
    assert.deepEqual((await check(lake, { "2026-01-02T10": 1 })).findings, []);
  });

  it("reads the objects while Athena counts the view", async () => {
    const lake = {
      "csv/stocks/dt=2026-01-02/hour=10/s-1.csv": [a],
      "raw/stocks/dt=2026-01-02/hour=10/x": [a],
    };
    const read: string[] = [];
    const { differences } = await check(
      lake,
      {},
      undefined,
      async () => {
        await sleep(50);
        return new Map([["2026-01-02T10", read.length === 2 ? 1 : 0]]);
      },
      (key) => read.push(key),
    );
    assert.equal(differences, 0);
  });

  it("fails when Athena does, once no more objects are read", async () => {
    const lake = {
      "csv/stocks/dt=2026-01-02/hour=10/s-1.csv": [a],
      "raw/stocks/dt=2026-01-02/hour=10/x": [a],
    };
    const read: string[] = [];
    const fails = check(
      lake,
      {},
      undefined,
      async () => {
        throw new Error("the query ended as FAILED");
      },
      (key) => read.push(key),
    );
    await assert.rejects(fails, /the query ended as FAILED/);
    assert.deepEqual(read, Object.keys(lake));
  });

  it("leaves out what a stage may not have written yet", async () => {
    const lake = { "raw/stocks/dt=2026-01-03/hour=01/x": [a] };
    assert.deepEqual((await check(lake, {}, new Date(NOW - 60_000))).findings, []);
    assert.equal((await check(lake, {}, new Date(NOW - 3_600_000))).differences, 1);
  });

  it("counts neither refused rows nor direct deliveries", async () => {
    const lake = {
      "raw/stocks/dt=2026-01-02/hour=10/x": [
        tick("", "2026-01-02T10:00:00.000Z"),
        tick("F", "2099-01-02T10:00:00.000Z"),
      ],
      "raw/stocks/dt=2026-01-02/hour=10/pricelake-dev-stocks-direct-1": [b],
    };
    assert.deepEqual((await check(lake, {})).findings, []);
  });
});

describe("The closed day", () => {
  it("is the last one that ended an hour before the scheduled time", () => {
    assert.deepEqual(closedDay({ scheduledTime: "2026-03-01T01:30:00Z" }), {
      from: "2026-02-28T00",
      to: "2026-02-28T23",
    });
    assert.deepEqual(closedDay({ scheduledTime: "2026-03-01T00:59:59Z" }).to, "2026-02-27T23");
    assert.throws(() => closedDay({}), /scheduledTime is null; it must be an instant/);
  });
});

describe("The settings of the comparison", () => {
  it("name each feed with the first day of its tables", () => {
    assert.deepEqual(feedDays("crypto:2025-01-01 retail:2010-12-01"), [
      ["crypto", "2025-01-01"],
      ["retail", "2010-12-01"],
    ]);
    assert.throws(() => feedDays("weather:2025-01-01"), /FEEDS has "weather:2025-01-01"; it must be <feed>:/);
  });

  it("limit the size of a feed's day", () => {
    const onSize = sizeLimit(2);
    onSize(1_500_000);
    assert.throws(() => onSize(600_000), /more than 2 MB to compare; run "npm run reconcile"/);
  });
});

import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import { historyColumns } from "../../../data/history/tables";
import { names } from "../../../data/names";
import { countCsv } from "../../../functions/reconcile/count-csv";
import { objectsUnder } from "../../../functions/shared/objects";
import { clientsFor } from "../../../tools/kit/clients";
import { historyRows } from "../../../tools/reconcile/history";
import { price, type TestLake, testLake } from "../../functions/compact/lake";
import { withRaw } from "../../functions/compact/reconciled";

const { crypto = assert.fail(), stocks = assert.fail() } = feeds;
const DAY = 86_400_000;
const RANGE = { from: "2026-01-30T00", to: "2026-01-31T23" };

describe("The rows of csv/ in a comparison of stages", () => {
  let lake: TestLake;
  before(async () => {
    lake = await testLake();
    await lake.expire(7);
  });
  after(() => lake.stop());

  const count = async (feed = crypto) => {
    const clients = clientsFor(lake.connection);
    const now = lake.cloud.clock.now();
    try {
      return await countCsv(
        {
          objects: (prefix) => objectsUnder(lake.s3, lake.bucket, prefix),
          historyRows: (keysOf) =>
            historyRows(clients, { names: names("test"), bucket: lake.bucket, feed }, RANGE, keysOf),
          feed,
          since: undefined,
          directDelivery: "none",
        },
        RANGE,
        now,
      );
    } finally {
      clients.close();
    }
  };

  it("are those of history on days whose objects have expired", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 3, 2)]);
    await lake.put("b", [price("bitcoin", "2026-01-31", 4, 1)]);
    await lake.compact();
    const before = await count();
    assert.deepEqual([before.tally.distinct("2026-01-30T03"), before.fromHistory.size], [2, 0]);
    await lake.cloud.clock.advanceTo(lake.cloud.clock.now() + 9 * DAY);
    await lake.put("late", [price("bitcoin", "2026-01-30", 3, 1), price("late", "2026-01-30", 5, 1)]);
    const after = await count();
    assert.deepEqual([...after.fromHistory], ["2026-01-30", "2026-01-31"]);
    assert.deepEqual(
      ["2026-01-30T03", "2026-01-30T05", "2026-01-31T04"].map((hour) => [
        after.tally.distinct(hour),
        after.tally.without(hour, before.tally),
        before.tally.without(hour, after.tally),
      ]),
      [
        [2, 0, 0],
        [1, 1, 0],
        [1, 0, 0],
      ],
    );
    assert.equal(after.imported.distinct("2026-01-30T03"), 0);
  });

  it("have the same keys when a number is part of the key", async () => {
    const row = {
      ticker_symbol: "ALY",
      sector: "TECH",
      change: 0,
      price: 12,
      event_time: "2026-01-30T03:00:00.000Z",
    };
    const other = { ...row, price: 12.25 };
    await lake.put("s", [row, other], stocks);
    const before = await count(stocks);
    await lake.compact({}, stocks);
    await lake.remove("csv/stocks/dt=2026-01-30/hour=03/s.csv");
    const after = await count(stocks);
    assert.equal(after.fromHistory.size, 1);
    assert.equal(after.tally.distinct("2026-01-30T03"), 2);
    assert.equal(after.tally.without("2026-01-30T03", before.tally), 0);
  });
});

describe("A comparison of the stages of a lake with history", () => {
  let lake: TestLake;
  let stages: Awaited<ReturnType<typeof withRaw>>;
  beforeEach(async () => {
    lake = await testLake();
    stages = await withRaw(lake);
    await lake.expire(7);
    for (const [coin, day] of [
      ["bitcoin", "2026-01-30"],
      ["ether", "2026-01-30"],
      ["bitcoin", "2026-01-31"],
    ] as const)
      await stages.put(coin, price(coin, day, 3, 1));
    await lake.compact();
  });
  afterEach(async () => {
    stages.close();
    await lake.stop();
  });

  const expire = () => lake.cloud.clock.advanceTo(lake.cloud.clock.now() + 9 * DAY);
  const found = async () => (await stages.reconcile(RANGE)).findings.map(({ message }) => message);

  /** Switches the partition of 2026-01-30 to a run that nobody has verified. */
  async function switchTo(rows: string): Promise<void> {
    const { locationOf, query, switchPartition } = lake.lake();
    await query(
      `UNLOAD (${rows.replaceAll(
        "*",
        historyColumns(crypto)
          .map(({ name }) => name)
          .join(", "),
      )}) ` + `TO '${locationOf("2026-01-30", "wrong")}' WITH (format = 'PARQUET')`,
    );
    await switchPartition("2026-01-30", { run: "wrong", inputs: "", rows: 0, hours: "" });
  }

  it("agrees before and after the objects of csv/ have expired", async () => {
    assert.deepEqual(await found(), []);
    await expire();
    assert.deepEqual(await lake.keys("csv/"), []);
    const { findings, daysFromHistory } = await stages.reconcile(RANGE);
    assert.deepEqual([findings, daysFromHistory], [[], 2]);
  });

  it("names a row that history has lost", async () => {
    await switchTo("SELECT * FROM crypto_history WHERE dt = '2026-01-30' AND coin_id <> 'ether'");
    assert.deepEqual(await found(), ["2026-01-30T03 view: 1 rows in the view for 2 distinct rows of csv/"]);
    await expire();
    assert.deepEqual(await found(), ["2026-01-30T03 raw: 1 events are in raw/ and not in csv/"]);
  });

  it("names a row that history has twice", async () => {
    const rows = "SELECT * FROM crypto_history WHERE dt = '2026-01-30'";
    await switchTo(`${rows} UNION ALL ${rows}`);
    assert.deepEqual(await found(), ["2026-01-30T03 view: 4 rows in the view for 2 distinct rows of csv/"]);
    await expire();
    assert.deepEqual(await found(), ["2026-01-30T03 view: 4 rows in the view for 2 distinct rows of csv/"]);
  });
});

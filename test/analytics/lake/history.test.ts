import { strict as assert } from "node:assert";
import { Clients } from "../../../analytics/clients";
import { completenessWarnings } from "../../../analytics/lake/completeness";
import { listView, newestDayOfView, without } from "../../../analytics/lake/history";
import { estimate } from "../../../analytics/plan/estimate";
import { parseTrino } from "../../../analytics/sql/parse";
import { scansIn } from "../../../analytics/sql/scans";
import { crypto, price, type TestLake, testLake } from "../../functions/compact/lake";

const DAY = 86_400_000;
const RANGE = { from: { dt: "2026-01-29", hour: "00" }, to: { dt: "2026-02-01", hour: "12" } };

describe("What a feed's view reads", () => {
  let lake: TestLake;
  let clients: Clients;
  before(async () => {
    lake = await testLake();
    clients = new Clients(lake.connection);
    await lake.expire(7);
    for (const day of ["2026-01-30", "2026-01-31"])
      for (let hour = 0; hour < 24; hour++)
        if (`${day} ${hour}` !== "2026-01-31 7") await lake.put("a", [price("bitcoin", day, hour, 1)]);
    await lake.put("a", [price("bitcoin", "2026-02-01", 0, 1)]);
    await lake.compact({ to: "2026-01-31" });
  });
  after(async () => {
    clients.close();
    await lake.stop();
  });

  it("asks for the list of days only when it is there", async () => {
    const asked: unknown[] = [];
    clients.s3.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "GetObjectCommand") asked.push((args.input as { Key?: string }).Key);
          return next(args);
        },
      { step: "initialize", name: "asked" },
    );
    await listView(clients, lake.bucket, "posts", RANGE);
    assert.deepEqual(asked, []);
    await listView(clients, lake.bucket, "crypto", RANGE);
    assert.deepEqual(asked, ["history/crypto/_days.json"]);
    clients.s3.middlewareStack.remove("asked");
  });

  const warnings = async () => {
    const { partitions, polls } = await listView(clients, lake.bucket, "crypto", RANGE);
    return completenessWarnings(
      clients,
      {
        partitionsOf: new Map([["crypto_csv", partitions]]),
        polls: new Map([["crypto_csv", polls]]),
        bucket: lake.bucket,
      },
      {
        from: Date.UTC(2026, 0, 30),
        until: Date.UTC(2026, 1, 1, 1),
        feeds: [{ ...crypto, cadenceSeconds: 3600 }],
      },
      Date.UTC(2026, 1, 1, 12),
    );
  };
  const sizeOf = async (keys: readonly string[]) =>
    (await lake.sizes(keys)).reduce((sum, size) => sum + size, 0);
  const parquet = async () => (await lake.keys("history/crypto/dt=")).filter((key) => !/\/_/.test(key));
  const read = async (sql: string) => {
    const parsed = parseTrino(sql);
    const scans = await scansIn(
      clients,
      lake.target.database,
      "tree" in parsed ? parsed.tree : assert.fail(),
    );
    return estimate(clients, lake.target.database, scans);
  };

  it("is listed from history for its days and from csv/ for the others, with the hours of both", async () => {
    const { objects, bytes, partitions } = await listView(clients, lake.bucket, "crypto", RANGE);
    const files = await parquet();
    const recent = "csv/crypto/dt=2026-02-01/hour=00/a.csv";
    assert.equal(files.length, 2);
    assert.deepEqual([objects, bytes], [3, await sizeOf([...files, recent])]);
    assert.deepEqual(partitions.length, 24 + 23 + 1);
    assert.ok(!partitions.some(({ dt, hour }) => dt === "2026-01-31" && hour === "07"));
  });

  it("is estimated alike for an ad-hoc query", async () => {
    const [first = ""] = await parquet();
    const day = await read("SELECT count(*) FROM crypto WHERE dt = '2026-01-30'");
    assert.deepEqual([day.objects, day.bytes, day.unpruned], [1, await sizeOf([first]), []]);
    const all = await read("SELECT count(*) FROM crypto");
    assert.deepEqual([all.objects, all.unpruned], [3, ["crypto_csv"]]);
  });

  it("lacks the hours that it lacked before csv/ has expired, and no others", async () => {
    const expected = ["incomplete: crypto has no rows for 2026-01-31 07h UTC"];
    assert.deepEqual(await warnings(), expected);
    await lake.cloud.clock.advanceTo(lake.cloud.clock.now() + 9 * DAY);
    assert.deepEqual(await lake.keys("csv/crypto/dt=2026-01"), []);
    assert.deepEqual(await warnings(), expected);
  });

  it("has its newest day in history when csv/ has none", async () => {
    await lake.remove("csv/crypto/dt=2026-02-01/hour=00/a.csv");
    const from = { dt: "2026-02-05", hour: "00" };
    const to = { dt: "2026-02-06", hour: "00" };
    assert.equal(await newestDayOfView(clients, lake.bucket, "crypto", { from, to }), "2026-01-31");
  });

  it("is listed in csv/ around the days of history", () => {
    const at = (dt: string, hour = "00") => ({ dt, hour });
    assert.deepEqual(
      without({ from: at("2026-01-01", "05"), to: at("2026-01-09", "07") }, [
        "2026-01-03",
        "2026-01-04",
        "2026-01-07",
      ]),
      [
        { from: at("2026-01-01", "05"), to: at("2026-01-02", "23") },
        { from: at("2026-01-05"), to: at("2026-01-06", "23") },
        { from: at("2026-01-08"), to: at("2026-01-09", "07") },
      ],
    );
    assert.deepEqual(
      without({ from: at("2026-01-01"), to: at("2026-01-02") }, ["2026-01-01", "2026-01-02"]),
      [],
    );
    assert.deepEqual(without({}, ["2026-01-01"]), [
      { to: at("2025-12-31", "23") },
      { from: at("2026-01-02") },
    ]);
    assert.deepEqual(without({}, []), [{}]);
  });
});

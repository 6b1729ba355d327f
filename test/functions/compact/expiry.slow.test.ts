import { strict as assert } from "node:assert";
import { DeletePartitionCommand } from "@aws-sdk/client-glue";
import {
  DeleteBucketLifecycleCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
} from "@aws-sdk/client-s3";
import type { Lake } from "../../../functions/compact/model";
import { price, type TestLake, testLake } from "./lake";

const DAY = 86_400_000;
const VIEW = "SELECT dt, hour, coin_id, price_usd FROM crypto ORDER BY 1, 2, 3";

describe("The expiry after a compaction", () => {
  let lake: TestLake;

  beforeEach(async () => {
    lake = await testLake();
    await lake.expire(7);
  });

  afterEach(() => lake.stop());

  const tagged = async (Key: string): Promise<boolean> => {
    const { TagSet = [] } = await lake.s3.send(new GetObjectTaggingCommand({ Bucket: lake.bucket, Key }));
    return TagSet.some((tag) => tag.Key === "pricelake-expire" && tag.Value === "true");
  };

  const compact = (of?: Lake) => lake.compact({ now: () => lake.cloud.clock.now() }, undefined, of);
  const laterDays = (days: number) => lake.cloud.clock.advanceTo(lake.cloud.clock.now() + days * DAY);
  const runs = async (day: string) => [
    ...new Set((await lake.keys(`history/crypto/dt=${day}/`)).map((key) => key.split("/")[3])),
  ];

  it("removes the csv/ objects of a day that the view reads from history, and no others", async () => {
    const old = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const recent = await lake.put("b", [price("bitcoin", "2026-02-01", 6, 5)]);
    await compact();
    assert.deepEqual([await tagged(old), await tagged(recent)], [true, false]);
    const before = await lake.select(VIEW);
    await laterDays(9);
    assert.deepEqual(await lake.keys("csv/"), [recent]);
    assert.deepEqual(await lake.select(VIEW), before);
  });

  it("tags nothing while no rule would expire it", async () => {
    await lake.s3.send(new DeleteBucketLifecycleCommand({ Bucket: lake.bucket }));
    const old = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await compact();
    assert.equal(await tagged(old), false);
  });

  it("tags nothing of a day whose switch was not seen, or that failed", async () => {
    const old = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const original = lake.lake();
    // The call is answered, and the view is as before.
    await compact({ ...original, showDays: async () => {} });
    assert.equal(await tagged(old), false);
    await compact({ ...original, query: () => Promise.reject(new Error("the query failed")) });
    await compact();
    assert.equal(await tagged(old), true);
  });

  it("takes the tag from an object that a retry overwrites between its listing and its tag", async () => {
    const key = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const original = lake.lake();
    const overtaken: Lake = {
      ...original,
      expiry: {
        ...original.expiry,
        tag: async (keys) => {
          await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 3, 2)]);
          await original.expiry.tag(keys);
        },
      },
    };
    await compact(overtaken);
    assert.equal(await tagged(key), false);
    await compact();
    assert.equal((await lake.select(VIEW)).length, 2);
  });

  it("takes the tag from an overwritten object although the run that tagged it was killed", async () => {
    const key = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const original = lake.lake();
    const killed: Lake = {
      ...original,
      expiry: {
        ...original.expiry,
        tag: async (keys) => {
          await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 3, 2)]);
          await original.expiry.tag(keys);
          throw new Error("killed");
        },
      },
    };
    await assert.rejects(compact(killed), /killed/);
    assert.equal(await tagged(key), true);
    const failing: Lake = { ...original, query: () => Promise.reject(new Error("Athena is away")) };
    await compact(failing);
    assert.equal(await tagged(key), false);
    await laterDays(9);
    await compact();
    assert.equal((await lake.select(VIEW)).length, 2);
  });

  it("compacts late rows of a day whose csv/ has expired, each time", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await compact();
    for (const [name, hour] of [
      ["b", 4],
      ["c", 5],
    ] as const) {
      await laterDays(9);
      assert.deepEqual(await lake.keys("csv/"), []);
      await lake.put(name, [price("ether", "2026-01-30", hour, 2)]);
      assert.equal((await compact()).days[0]?.outcome, "compacted");
    }
    assert.deepEqual(await lake.select(VIEW), [
      ["2026-01-30", "03", "bitcoin", "1.0"],
      ["2026-01-30", "04", "ether", "2.0"],
      ["2026-01-30", "05", "ether", "2.0"],
    ]);
  });

  it("removes a replaced run a day after its replacement, and never the one that the view reads", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await compact();
    await lake.put("late", [price("ether", "2026-01-30", 4, 2)]);
    await compact();
    assert.deepEqual(await runs("2026-01-30"), ["run-1", "run-2"]);
    await compact();
    await laterDays(4);
    assert.deepEqual(await runs("2026-01-30"), ["run-1", "run-2"], "replaced less than a day before");
    await compact();
    await laterDays(1);
    assert.deepEqual(await runs("2026-01-30"), ["run-2"]);
    assert.equal((await lake.select(VIEW)).length, 2);
  });

  it("removes the folder of a run that died, once the day has another", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const original = lake.lake();
    const dying: Lake = { ...original, switchPartition: () => Promise.reject(new Error("killed")) };
    await compact(dying);
    await laterDays(3);
    await compact();
    assert.deepEqual(await runs("2026-01-30"), ["run-1", "run-2"]);
    await laterDays(1);
    await compact();
    await laterDays(3);
    assert.deepEqual(await runs("2026-01-30"), ["run-2"]);
  });

  it("restores the partition of a day whose csv/ has expired, when the history table was dropped", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await compact();
    await laterDays(9);
    await lake.glue.send(
      new DeletePartitionCommand({
        DatabaseName: lake.target.database,
        TableName: "crypto_history",
        PartitionValues: ["2026-01-30"],
      }),
    );
    assert.deepEqual(await lake.select(VIEW), []);
    const { days } = await compact();
    assert.deepEqual(
      days.map(({ day, outcome, rows }) => [day, outcome, rows]),
      [["2026-01-30", "restored", 1]],
    );
    assert.deepEqual(await lake.select(VIEW), [["2026-01-30", "03", "bitcoin", "1.0"]]);
    assert.deepEqual((await compact()).days, []);
  });

  it("tags an object again that was overwritten with the same content after its tag", async () => {
    const key = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await compact();
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await compact();
    assert.equal(await tagged(key), false, "it is not due yet");
    await laterDays(15);
    await compact();
    assert.equal(await tagged(key), true);
    await laterDays(1);
    await assert.rejects(lake.s3.send(new HeadObjectCommand({ Bucket: lake.bucket, Key: key })));
  });

  it("lists the shown days with their runs, rows and hours for readers without the catalogue", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("bitcoin", "2026-01-30", 23, 1)]);
    await compact();
    await laterDays(9);
    await lake.put("late", [price("ether", "2026-01-30", 4, 2)]);
    await compact();
    const { Body } = await lake.s3.send(
      new GetObjectCommand({ Bucket: lake.bucket, Key: "history/crypto/_days.json" }),
    );
    assert.deepEqual(JSON.parse((await Body?.transformToString()) ?? ""), {
      "2026-01-30": { run: "run-2", rows: 3, hours: "03 04 23" },
    });
  });
});

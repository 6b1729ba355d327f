import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { feeds } from "../../data/feeds";
import { transformRecords } from "../../functions/transform/core";
import { startCloud } from "../../packages/pocket-cloud";
import { coldStart, logged } from "./support/bundle";
import { context } from "./support/events";
import { objectsOf } from "./support/lake";

const stocks = feeds.stocks ?? assert.fail();
const arrival = Date.parse("2025-12-31T23:59:59.999Z");
const event = (...data: readonly (string | Uint8Array)[]) => ({
  invocationId: "i",
  deliveryStreamArn: "arn:aws:firehose:us-east-1:000000000000:deliverystream/stocks",
  records: data.map((each, i) => ({
    recordId: `id-${i}`,
    approximateArrivalTimestamp: arrival,
    data: Buffer.from(each as string).toString("base64"),
  })),
});
const tick = (ticker_symbol: string, price: unknown = 84.51) => ({
  ticker_symbol,
  sector: "HEALTHCARE",
  change: -0.05,
  price,
});
const normal = (ticker_symbol: string, price = 84.51) =>
  `${JSON.stringify({ ...tick(ticker_symbol, price), event_time: "2025-12-31T23:59:59.999Z" })}\n`;
const textOf = (data: string) => Buffer.from(data, "base64").toString();

describe("transform", () => {
  it("answers every record under its id, in order", () => {
    const { records } = transformRecords(
      stocks,
      event(JSON.stringify(tick("A")), "nonsense", "\n \n", JSON.stringify(tick("B"))),
    );
    assert.deepEqual(
      records.map(({ recordId, result }) => [recordId, result]),
      [
        ["id-0", "Ok"],
        ["id-1", "ProcessingFailed"],
        ["id-2", "Dropped"],
        ["id-3", "Ok"],
      ],
    );
  });

  it("normalises rows and partitions by event time", () => {
    const given = JSON.stringify({
      price: "84.51",
      change: "-0.05",
      ticker_symbol: "QXZ",
      sector: "HEALTHCARE",
      extra: 1,
    });
    const { records } = transformRecords(stocks, event(given));
    assert.deepEqual(records, [
      {
        recordId: "id-0",
        result: "Ok",
        data: Buffer.from(normal("QXZ")).toString("base64"),
        metadata: { partitionKeys: { feed: "stocks", dt: "2025-12-31", hour: "23" } },
      },
    ]);
  });

  it("reads packed and glued records", () => {
    const { records, rows } = transformRecords(
      stocks,
      event(`${JSON.stringify(tick("A"))}\n${JSON.stringify(tick("B"))}${JSON.stringify(tick("C"))}`),
    );
    assert.deepEqual([rows, textOf(records[0]?.data ?? "")], [3, normal("A") + normal("B") + normal("C")]);
  });

  it("reports each unknown field of a record with its rows and an example", () => {
    const venue = JSON.stringify({ ...tick("ALY"), venue: "X" });
    const { quarantine, unknownFields, rows } = transformRecords(
      stocks,
      event(`${venue}\n${JSON.stringify({ ...tick("ALY", 1), venue: "Y", lot: 2 })}`),
    );
    assert.deepEqual([rows, unknownFields], [2, { venue: 2, lot: 1 }]);
    assert.equal(quarantine?.key, "quarantine/stocks/dt=2025-12-31/transform-id-0.json");
    assert.deepEqual(quarantine.entries[0], {
      ...{ source: "id-0", column: "venue", reason: "unknown field, not stored", raw: venue, rows: 2 },
    });
  });

  it("returns an unreadable record unchanged", () => {
    const { records, failed, quarantine } = transformRecords(stocks, event(Buffer.from([0xff, 0xfe])));
    assert.deepEqual(
      [records, failed, quarantine],
      [[{ recordId: "id-0", result: "ProcessingFailed", data: "//4=" }], 1, undefined],
    );
  });

  it("keeps a record's good rows and sets its bad ones aside", async () => {
    const dir = mkdtempSync(join(tmpdir(), "transform-"));
    const cloud = await startCloud({ dir });
    const s3 = new S3Client({
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: cloud.credentials,
    });
    try {
      await s3.send(new CreateBucketCommand({ Bucket: "transform-lake" }));
      const handler = await coldStart("transform", cloud, { FEED: "stocks", LAKE_BUCKET: "transform-lake" });
      const mixed = `${JSON.stringify(tick("A"))}\n${JSON.stringify(tick("B", -1))}\n`;
      const { result } = await logged(() => handler(event(mixed), context()));
      assert.equal(
        textOf((result as ReturnType<typeof transformRecords>).records[0]?.data ?? ""),
        normal("A"),
      );
      const objects = await objectsOf(s3, "transform-lake");
      assert.deepEqual(
        [...objects].map(([key, body]) => [key, JSON.parse(body.toString())]),
        [
          [
            "quarantine/stocks/dt=2025-12-31/transform-id-0.json",
            {
              source: "id-0",
              column: "price",
              reason: "below 0",
              raw: JSON.stringify(tick("B", -1)),
              arrival: "2025-12-31T23:59:59.999Z",
            },
          ],
        ],
      );
    } finally {
      s3.destroy();
      await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

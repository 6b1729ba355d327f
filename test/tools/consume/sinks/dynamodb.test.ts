import { strict as assert } from "node:assert";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type FeedDefinition, feeds, storeKeyTypes } from "../../../../data/feeds";
import { DynamoSink } from "../../../../tools/consume/sinks/dynamodb";
import { type TestCloud, testCloud } from "../../../support/cloud";
import { itemOf } from "../items";

describe("DynamoSink", () => {
  let world: TestCloud;
  let dynamodb: DynamoDBClient;
  const never = new AbortController().signal;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    const { endpoint, region, credentials } = world.cloud;
    dynamodb = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  });
  after(async () => {
    dynamodb.destroy();
    await world.stop();
  });
  beforeEach(() => world.cloud.faults.set([]));

  let serial = 0;
  /** A table with the key of a feed, and a sink of that feed into it. */
  async function sinkFor(feed: FeedDefinition) {
    const TableName = `${feed.name}-${++serial}`;
    const keys = storeKeyTypes(feed);
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
        KeySchema: keys.map(({ name }, i) => ({ AttributeName: name, KeyType: i === 0 ? "HASH" : "RANGE" })),
      }),
    );
    const sink = new DynamoSink(dynamodb, TableName, feed, never);
    return {
      sink,
      items: async () => (await dynamodb.send(new ScanCommand({ TableName }))).Items ?? [],
    };
  }
  const rows = (...values: object[]) =>
    values.map((value, i) => itemOf(value, { sequenceNumber: String(i + 1) }));
  const tick = (ticker_symbol: string, price: number, minute: number) => ({
    ticker_symbol,
    sector: null,
    change: null,
    price,
    event_time: `2026-01-02T03:0${minute}:00.000Z`,
  });

  it("stores the newest row per key in a feed with mode latest, in any order of arrival", async () => {
    const { sink, items } = await sinkFor(feeds.stocks as FeedDefinition);
    await sink.put(rows(tick("ALY", 2, 2), tick("ALY", 1, 1), tick("JKL", 5, 1)));
    await sink.put(rows(tick("ALY", 0, 0), tick("JKL", 6, 3)));
    assert.deepEqual((await items()).map((item) => `${item.ticker_symbol?.S} ${item.price?.N}`).sort(), [
      "ALY 2",
      "JKL 6",
    ]);
    assert.deepEqual(sink.counts, { written: 3, skipped: 2 });
  });

  it("writes nothing again when it reads a stream again", async () => {
    const { sink, items } = await sinkFor(feeds.stocks as FeedDefinition);
    const all = rows(tick("ALY", 2, 2), tick("JKL", 5, 1));
    await sink.put(all);
    await sink.put(all);
    assert.equal((await items()).length, 2);
    assert.deepEqual(sink.counts, { written: 2, skipped: 2 });
  });

  const line = (StockCode: string) => ({
    InvoiceNo: "536365",
    StockCode,
    Description: "LANTERN",
    Quantity: 6,
    InvoiceDate: "2010-12-01T08:26:00.000Z",
    UnitPrice: 3.39,
    CustomerID: null,
    Country: "France",
  });

  it("says how many rows were new in a feed with mode append too, and writes those that differ", async () => {
    const { sink, items } = await sinkFor(feeds.retail as FeedDefinition);
    await sink.put(rows(line("71053"), line("84406B")));
    assert.equal(sink.describe(), "2 written, 0 already stored");
    await sink.put(rows(line("71053"), line("84406B"), line("22752")));
    assert.equal(sink.describe(), "3 written, 2 already stored");
    await sink.put(rows({ ...line("71053"), CustomerID: "17850" }));
    assert.equal(sink.describe(), "4 written, 2 already stored");
    assert.deepEqual((await items()).map((item) => item.CustomerID?.S ?? "none").sort(), [
      "17850",
      "none",
      "none",
    ]);
  });

  it("stores every row in a feed with mode append", async () => {
    const { sink, items } = await sinkFor(feeds.retail as FeedDefinition);
    await sink.put(rows(line("71053"), line("84406B"), { ...line("71053"), Quantity: 1 }, line("71053")));
    assert.deepEqual((await items()).map((item) => `${item.StockCode?.S} ${item.Quantity?.N}`).sort(), [
      "71053 1",
      "71053 6",
      "84406B 6",
    ]);
  });

  it("retries writes that the table throttles", async () => {
    const { sink, items } = await sinkFor(feeds.stocks as FeedDefinition);
    world.cloud.faults.set([
      {
        service: "dynamodb",
        operation: "PutItem",
        fault: { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 },
        times: 2,
      },
    ]);
    await sink.put(rows(tick("ALY", 2, 2), tick("JKL", 5, 1)));
    assert.equal((await items()).length, 2);
    assert.deepEqual(sink.counts, { written: 2, skipped: 0 });
  });

  it("reports why the table rejects the rows", async () => {
    const sink = new DynamoSink(dynamodb, "nowhere", feeds.stocks as FeedDefinition, never);
    await assert.rejects(
      sink.put(rows(tick("ALY", 2, 2))),
      /^Error: the table rejects the rows: ResourceNotFoundException/,
    );
  });
});

import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDB, type StreamViewType } from "@aws-sdk/client-dynamodb";
import { type _Record, DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams";
import { type Lab, lab } from "../lambda/lab";

describe("DynamoDB streams", () => {
  let at: Lab;
  let db: DynamoDB;
  let streams: DynamoDBStreams;
  const open = () => {
    db = new DynamoDB({ ...at.client, maxAttempts: 1 });
    streams = new DynamoDBStreams({ ...at.client, maxAttempts: 1 });
  };
  beforeEach(async () => {
    at = await lab();
    open();
  });
  afterEach(async () => {
    db.destroy();
    streams.destroy();
    await at.end();
  });

  const create = async (StreamViewType?: StreamViewType, TableName = "coins") => {
    const { TableDescription } = await db.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ...(StreamViewType && { StreamSpecification: { StreamEnabled: true, StreamViewType } }),
    });
    return TableDescription?.LatestStreamArn ?? "";
  };
  const put = (id: string, price: number, TableName = "coins") =>
    db.putItem({ TableName, Item: { id: { S: id }, price: { N: `${price}` } } });
  const shardOf = async (StreamArn: string) =>
    (await streams.describeStream({ StreamArn })).StreamDescription?.Shards?.[0]?.ShardId ?? "";
  const iterator = async (StreamArn: string, more: object = {}) =>
    (
      await streams.getShardIterator({
        StreamArn,
        ShardId: await shardOf(StreamArn),
        ShardIteratorType: "TRIM_HORIZON",
        ...more,
      })
    ).ShardIterator;
  const read = async (StreamArn: string, more: object = {}): Promise<_Record[]> =>
    (await streams.getRecords({ ShardIterator: await iterator(StreamArn, more) })).Records ?? [];
  const fails = (promise: Promise<unknown>, name: string, message: RegExp | string) =>
    assert.rejects(promise, (error: Error) => {
      assert.equal(error.name, name);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });

  it("are described by the table and by themselves", async () => {
    const arn = await create("NEW_AND_OLD_IMAGES");
    assert.equal(arn, "arn:aws:dynamodb:us-east-1:000000000000:table/coins/stream/2026-01-15T12:00:00.000");
    const { Table } = await db.describeTable({ TableName: "coins" });
    assert.deepEqual(
      [Table?.LatestStreamLabel, Table?.StreamSpecification],
      ["2026-01-15T12:00:00.000", { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" }],
    );
    const { StreamDescription } = await streams.describeStream({ StreamArn: arn });
    const { Shards = [], ...described } = StreamDescription ?? {};
    assert.deepEqual(described, {
      StreamArn: arn,
      StreamLabel: "2026-01-15T12:00:00.000",
      StreamStatus: "ENABLED",
      StreamViewType: "NEW_AND_OLD_IMAGES",
      CreationRequestDateTime: new Date("2026-01-15T12:00:00.000Z"),
      TableName: "coins",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    assert.equal(Shards.length, 1);
    assert.match(Shards[0]?.ShardId ?? "", /^shardId-\d{20}-[0-9a-f]{8}$/);
    assert.match(Shards[0]?.SequenceNumberRange?.StartingSequenceNumber ?? "", /^\d{21,40}$/);
    assert.equal(Shards[0]?.SequenceNumberRange?.EndingSequenceNumber, undefined);
  });

  it("carry inserts, changes and removals with both images", async () => {
    const arn = await create("NEW_AND_OLD_IMAGES");
    await put("btc", 1);
    await put("btc", 2);
    await db.deleteItem({ TableName: "coins", Key: { id: { S: "btc" } } });
    const records = await read(arn);
    assert.deepEqual(
      records.map(({ eventName, dynamodb }) => [
        eventName,
        dynamodb?.OldImage?.price,
        dynamodb?.NewImage?.price,
      ]),
      [
        ["INSERT", undefined, { N: "1" }],
        ["MODIFY", { N: "1" }, { N: "2" }],
        ["REMOVE", { N: "2" }, undefined],
      ],
    );
    const [first] = records;
    const { eventID, dynamodb: { SequenceNumber, ...change } = {}, ...event } = first ?? {};
    assert.match(eventID ?? "", /^[0-9a-f]{32}$/);
    assert.match(SequenceNumber ?? "", /^\d{21,40}$/);
    assert.deepEqual(event, {
      awsRegion: "us-east-1",
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      eventVersion: "1.1",
    });
    // Keys: 2 + 3 bytes; the image: 2 + 3 + 5 + 2 bytes.
    assert.deepEqual(change, {
      ApproximateCreationDateTime: new Date("2026-01-15T12:00:00.000Z"),
      Keys: { id: { S: "btc" } },
      NewImage: { id: { S: "btc" }, price: { N: "1" } },
      SizeBytes: 17,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    });
  });

  for (const [view, members] of [
    ["KEYS_ONLY", []],
    ["NEW_IMAGE", ["NewImage"]],
    ["OLD_IMAGE", ["OldImage"]],
    ["NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
  ] as const)
    it(`have the images of ${view}`, async () => {
      const arn = await create(view);
      await put("btc", 1);
      await put("btc", 2);
      const change = (await read(arn))[1]?.dynamodb ?? {};
      assert.deepEqual(
        Object.keys(change).filter((name) => name.endsWith("Image")),
        members,
      );
      assert.deepEqual(change.Keys, { id: { S: "btc" } });
    });

  it("have no record of a write that changes nothing", async () => {
    const arn = await create("NEW_IMAGE");
    await put("btc", 1);
    await put("btc", 1);
    await db.deleteItem({ TableName: "coins", Key: { id: { S: "absent" } } });
    await db.updateItem({
      TableName: "coins",
      Key: { id: { S: "btc" } },
      UpdateExpression: "SET price = :p",
      ExpressionAttributeValues: { ":p": { N: "1.0" } },
    });
    assert.equal((await read(arn)).length, 1);
  });

  it("carry batches, transactions and expired items", async () => {
    const arn = await create("KEYS_ONLY");
    await db.updateTimeToLive({
      TableName: "coins",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "gone" },
    });
    const expires = `${at.cloud.clock.now() / 1000 + 60}`;
    await db.batchWriteItem({
      RequestItems: {
        coins: [
          { PutRequest: { Item: { id: { S: "a" }, gone: { N: expires } } } },
          { PutRequest: { Item: { id: { S: "b" } } } },
        ],
      },
    });
    await db.transactWriteItems({
      TransactItems: [
        { Put: { TableName: "coins", Item: { id: { S: "c" } } } },
        { Delete: { TableName: "coins", Key: { id: { S: "b" } } } },
      ],
    });
    await at.advance(2 * 3_600_000);
    assert.deepEqual(
      (await read(arn)).map(({ eventName, dynamodb, userIdentity }) => [
        eventName,
        dynamodb?.Keys?.id?.S,
        userIdentity?.PrincipalId,
      ]),
      [
        ["INSERT", "a", undefined],
        ["INSERT", "b", undefined],
        ["INSERT", "c", undefined],
        ["REMOVE", "b", undefined],
        ["REMOVE", "a", "dynamodb.amazonaws.com"],
      ],
    );
  });

  it("are read from a sequence number, from the tip, and page by page", async () => {
    const arn = await create("NEW_IMAGE");
    for (const price of [1, 2, 3]) await put("btc", price);
    const prices = (records: readonly _Record[]) =>
      records.map(({ dynamodb }) => dynamodb?.NewImage?.price?.N);
    const SequenceNumber = (await read(arn))[1]?.dynamodb?.SequenceNumber;
    const from = (ShardIteratorType: string) => read(arn, { ShardIteratorType, SequenceNumber });
    assert.deepEqual(prices(await from("AT_SEQUENCE_NUMBER")), ["2", "3"]);
    assert.deepEqual(prices(await from("AFTER_SEQUENCE_NUMBER")), ["3"]);
    const ShardIterator = await iterator(arn, { ShardIteratorType: "LATEST" });
    await put("btc", 4);
    const tip = await streams.getRecords({ ShardIterator });
    assert.deepEqual(prices(tip.Records ?? []), ["4"]);
    const page = await streams.getRecords({ ShardIterator: await iterator(arn), Limit: 2 });
    assert.deepEqual(prices(page.Records ?? []), ["1", "2"]);
    const next = await streams.getRecords({ ShardIterator: page.NextShardIterator });
    assert.deepEqual(prices(next.Records ?? []), ["3", "4"]);
  });

  it("end when they are disabled, and begin anew when they are enabled again", async () => {
    const arn = await create("KEYS_ONLY");
    await put("btc", 1);
    const off = { TableName: "coins", StreamSpecification: { StreamEnabled: false } };
    await db.updateTable(off);
    await fails(
      db.updateTable(off),
      "ValidationException",
      "Table has no stream to disable: TableName: coins",
    );
    await put("btc", 2);
    const ended = await streams.getRecords({ ShardIterator: await iterator(arn) });
    assert.equal(ended.Records?.length, 1);
    assert.equal(ended.NextShardIterator, undefined);
    const { StreamDescription } = await streams.describeStream({ StreamArn: arn });
    assert.equal(StreamDescription?.StreamStatus, "DISABLED");
    assert.match(
      StreamDescription?.Shards?.[0]?.SequenceNumberRange?.EndingSequenceNumber ?? "",
      /^\d{21,40}$/,
    );
    const { Table: off1 } = await db.describeTable({ TableName: "coins" });
    assert.deepEqual([off1?.StreamSpecification, off1?.LatestStreamArn], [undefined, arn]);
    await at.advance(1000);
    const on = {
      TableName: "coins",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" as const },
    };
    const { TableDescription } = await db.updateTable(on);
    await fails(
      db.updateTable(on),
      "ValidationException",
      "Table already has an enabled stream: TableName: coins",
    );
    const renewed = TableDescription?.LatestStreamArn ?? "";
    assert.notEqual(renewed, arn);
    await put("btc", 3);
    assert.equal((await read(renewed)).length, 1);
    const { Streams = [] } = await streams.listStreams({ TableName: "coins" });
    assert.deepEqual(
      Streams.map(({ StreamArn }) => StreamArn),
      [arn, renewed],
    );
  });

  it("keep records a day, also when the table is deleted", async () => {
    const arn = await create("KEYS_ONLY");
    await put("btc", 1);
    await db.deleteTable({ TableName: "coins" });
    assert.equal((await read(arn)).length, 1);
    await at.advance(25 * 3_600_000);
    await fails(
      streams.describeStream({ StreamArn: arn }),
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${arn} not found`,
    );
  });

  it("drop records after a day", async () => {
    const arn = await create("KEYS_ONLY");
    await put("btc", 1);
    await at.advance(25 * 3_600_000);
    await put("btc", 2);
    assert.equal((await read(arn)).length, 1);
  });

  it("keep their records and their order over a restart", async () => {
    const arn = await create("NEW_IMAGE");
    await put("btc", 1);
    db.destroy();
    streams.destroy();
    at = await at.restart();
    open();
    await put("btc", 2);
    const numbers = (await read(arn)).map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
    assert.equal(numbers.length, 2);
    assert.ok((numbers[0] ?? "") < (numbers[1] ?? ""));
  });

  it("and their table agree after a crash between their appends", async () => {
    const arn = await create("NEW_IMAGE");
    await put("btc", 1);
    await put("btc", 2);
    at = await at.restart();
    await at.cloud.stop();
    // The table's log loses its last line: the stream's append comes first.
    const folder = join(at.dir, "cloud", "dynamodb", "items");
    const path = join(folder, readdirSync(folder)[0] ?? "");
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    writeFileSync(path, `${lines.slice(0, -1).join("\n")}\n`);
    at = await lab({}, { path: at.dir, remove: () => rmSync(at.dir, { recursive: true, force: true }) });
    open();
    const { Item } = await db.getItem({ TableName: "coins", Key: { id: { S: "btc" } } });
    assert.deepEqual(Item?.price, { N: "2" });
    assert.equal((await read(arn)).length, 2);
  });

  it("refuse what AWS refuses", async () => {
    const arn = await create("KEYS_ONLY");
    const ShardId = await shardOf(arn);
    const ask = (more: object) =>
      streams.getShardIterator({ StreamArn: arn, ShardId, ShardIteratorType: "TRIM_HORIZON", ...more });
    await fails(
      ask({ ShardId: "shardId-00000000000000000000-00000000" }),
      "ResourceNotFoundException",
      /^Requested resource not found: Shard does not exist/,
    );
    await fails(ask({ ShardIteratorType: "AT_SEQUENCE_NUMBER" }), "ValidationException", /SequenceNumber/);
    await fails(ask({ ShardIteratorType: "AT_TIMESTAMP" }), "NotImplementedException", /AT_TIMESTAMP/);
    await fails(ask({ ShardIteratorType: "LAST" }), "ValidationException", /shardIteratorType/);
    await fails(streams.getRecords({ ShardIterator: "nonsense" }), "ValidationException", /ShardIterator/);
    const ShardIterator = await iterator(arn);
    await fails(
      streams.getRecords({ ShardIterator, Limit: 1001 }),
      "ValidationException",
      "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
    );
    await at.advance(16 * 60_000);
    await fails(streams.getRecords({ ShardIterator }), "ExpiredIteratorException", /Iterator/);
    await fails(
      db.createTable({
        TableName: "others",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        StreamSpecification: { StreamEnabled: true },
      }),
      "ValidationException",
      /StreamViewType/,
    );
  });
});

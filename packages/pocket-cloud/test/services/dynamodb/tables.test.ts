import { strict as assert } from "node:assert";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { type Lab, lab } from "../lambda/lab";

describe("DynamoDB tables", () => {
  let at: Lab;
  let db: DynamoDB;
  const TableName = "ticks";
  const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/ticks";
  const open = (from: Lab) => new DynamoDB({ ...from.client, maxAttempts: 1 });
  const create = (name = TableName, more: object = {}) =>
    db.createTable({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
        { AttributeName: "price", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: "by-price",
          KeySchema: [
            { AttributeName: "id", KeyType: "HASH" },
            { AttributeName: "price", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      ...more,
    });
  beforeEach(async () => {
    at = await lab();
    db = open(at);
    await create();
  });
  afterEach(async () => {
    db.destroy();
    await at.end();
  });
  const put = (id: string, time: number, price: number, more: object = {}) =>
    db.putItem({
      TableName,
      Item: { id: { S: id }, at: { N: `${time}` }, price: { N: `${price}` }, ...more },
    });

  it("state their class and warm throughput as AWS does, as recorded by LocalStack's tests", async () => {
    const provisioned = {
      BillingMode: "PROVISIONED" as const,
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    };
    const created = await create("provisioned", provisioned);
    assert.deepEqual(
      [created.TableDescription?.TableClassSummary, created.TableDescription?.WarmThroughput],
      [undefined, undefined],
    );
    const { Table } = await db.describeTable({ TableName: "provisioned" });
    assert.deepEqual(Table?.WarmThroughput, {
      ReadUnitsPerSecond: 5,
      WriteUnitsPerSecond: 6,
      Status: "ACTIVE",
    });
    const WarmThroughput = { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5000 };
    const warm = await create("warm", { WarmThroughput });
    assert.deepEqual(warm.TableDescription?.WarmThroughput, { ...WarmThroughput, Status: "UPDATING" });
    const { TableDescription } = await db.deleteTable({ TableName: "warm" });
    assert.deepEqual(
      [TableDescription?.TableStatus, TableDescription?.KeySchema, TableDescription?.CreationDateTime],
      ["DELETING", undefined, undefined],
    );
  });

  it("support consistent queries of a local index, in its order", async () => {
    await put("btc", 1, 30);
    await put("btc", 2, 10);
    await put("btc", 3, 20);
    await put("eth", 1, 5);
    const { Items = [] } = await db.query({
      TableName,
      IndexName: "by-price",
      ConsistentRead: true,
      KeyConditionExpression: "id = :id AND price > :least",
      ExpressionAttributeValues: { ":id": { S: "btc" }, ":least": { N: "10" } },
    });
    assert.deepEqual(
      Items.map((item) => item.price?.N),
      ["20", "30"],
    );
    const { Table } = await db.describeTable({ TableName });
    assert.deepEqual(
      Table?.LocalSecondaryIndexes?.map(({ IndexName, IndexArn }) => [IndexName, IndexArn]),
      [["by-price", `${ResourceArn}/index/by-price`]],
    );
  });

  it("get a global index with the existing items, and lose it again", async () => {
    await put("btc", 1, 30, { day: { S: "mon" } });
    await put("eth", 1, 3, { day: { S: "mon" } });
    await db.updateTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: "day", AttributeType: "S" }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: "by-day",
            KeySchema: [{ AttributeName: "day", KeyType: "HASH" }],
            Projection: { ProjectionType: "ALL" },
          },
        },
      ],
    });
    await at.advance(10_000);
    const query = () =>
      db.query({
        TableName,
        IndexName: "by-day",
        KeyConditionExpression: "#d = :d",
        ExpressionAttributeNames: { "#d": "day" },
        ExpressionAttributeValues: { ":d": { S: "mon" } },
      });
    assert.equal((await query()).Count, 2);
    await db.updateTable({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-day" } }] });
    await at.advance(10_000);
    await assert.rejects(query(), { name: "ValidationException" });
  });

  it("change billing mode and deletion protection", async () => {
    await db.updateTable({
      TableName,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      DeletionProtectionEnabled: true,
    });
    await at.advance(10_000);
    const { Table } = await db.describeTable({ TableName });
    assert.deepEqual(
      [Table?.ProvisionedThroughput?.ReadCapacityUnits, Table?.ProvisionedThroughput?.WriteCapacityUnits],
      [5, 6],
    );
    await assert.rejects(db.deleteTable({ TableName }), {
      name: "ValidationException",
      message:
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    });
  });

  it("are deleted despite deletion protection when the cloud does not enforce it", async () => {
    await at.end();
    const logged: string[] = [];
    at = await lab({ enforceDeletionProtection: false, log: (line) => logged.push(line) });
    db = open(at);
    await create("kept", { DeletionProtectionEnabled: true });
    await db.deleteTable({ TableName: "kept" });
    assert.deepEqual((await db.listTables({})).TableNames, []);
    assert.deepEqual(logged, ["deleting the table kept although it has deletion protection"]);
  });

  it("are listed in pages", async () => {
    await create("aaa");
    await create("zzz");
    const first = await db.listTables({ Limit: 2 });
    assert.deepEqual([first.TableNames, first.LastEvaluatedTableName], [["aaa", "ticks"], "ticks"]);
    const rest = await db.listTables({ ExclusiveStartTableName: "ticks" });
    assert.deepEqual([rest.TableNames, rest.LastEvaluatedTableName], [["zzz"], undefined]);
  });

  it("have tags, time to live and point-in-time recovery", async () => {
    await db.tagResource({
      ResourceArn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await db.untagResource({ ResourceArn, TagKeys: ["a"] });
    assert.deepEqual((await db.listTagsOfResource({ ResourceArn })).Tags, [{ Key: "b", Value: "2" }]);
    await db.updateTimeToLive({
      TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: "expires" },
    });
    assert.deepEqual((await db.describeTimeToLive({ TableName })).TimeToLiveDescription, {
      TimeToLiveStatus: "ENABLED",
      AttributeName: "expires",
    });
    const recovery = async () =>
      (await db.describeContinuousBackups({ TableName })).ContinuousBackupsDescription
        ?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    assert.equal(await recovery(), "DISABLED");
    await db.updateContinuousBackups({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    assert.equal(await recovery(), "ENABLED");
  });

  it("have no resource policy unless created with one", async () => {
    await assert.rejects(db.getResourcePolicy({ ResourceArn }), { name: "PolicyNotFoundException" });
  });

  it("return several items with TransactGetItems", async () => {
    await put("btc", 1, 30);
    const { Responses } = await db.transactGetItems({
      TransactItems: [
        { Get: { TableName, Key: { id: { S: "btc" }, at: { N: "1" } } } },
        { Get: { TableName, Key: { id: { S: "none" }, at: { N: "1" } } } },
      ],
    });
    assert.deepEqual(
      Responses?.map(({ Item }) => Item?.price?.N),
      ["30", undefined],
    );
  });

  it("state the warm throughput of global indexes, and no time of their mode while they are created", async () => {
    const GlobalSecondaryIndexes = [
      {
        IndexName: "by-id",
        KeySchema: [{ AttributeName: "price", KeyType: "HASH" as const }],
        Projection: { ProjectionType: "ALL" as const },
      },
    ];
    const { TableDescription } = await create("indexed", { GlobalSecondaryIndexes });
    assert.deepEqual(TableDescription?.BillingModeSummary, { BillingMode: "PAY_PER_REQUEST" });
    assert.equal(TableDescription?.GlobalSecondaryIndexes?.[0]?.WarmThroughput, undefined);
    const { Table } = await db.describeTable({ TableName: "indexed" });
    assert.ok(Table?.BillingModeSummary?.LastUpdateToPayPerRequestDateTime);
    assert.deepEqual(Table.GlobalSecondaryIndexes?.[0]?.WarmThroughput, {
      ReadUnitsPerSecond: 12_000,
      WriteUnitsPerSecond: 4000,
      Status: "ACTIVE",
    });
  });

  it("take no batch with an item without its key", () =>
    assert.rejects(
      db.batchWriteItem({ RequestItems: { [TableName]: [{ PutRequest: { Item: { other: { S: "x" } } } }] } }),
      { name: "ValidationException", message: "The provided key element does not match the schema" },
    ));
});

import { strict as assert } from "node:assert";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { measuredLab, THROTTLED } from "./measured";

describe("Metrics of DynamoDB", () => {
  const { at, client, value, sums } = measuredLab();
  let dynamodb: DynamoDBClient;
  const item = (id: string, bytes: number, more: Record<string, { S: string }> = {}) => ({
    id: { S: id },
    text: { S: "x".repeat(bytes) },
    ...more,
  });
  beforeEach(async () => {
    dynamodb = client(DynamoDBClient);
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "items",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [attribute("id"), attribute("owner")],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        GlobalSecondaryIndexes: [
          {
            IndexName: "by-owner",
            KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }),
    );
  });
  const put = (Item: ReturnType<typeof item>, more: object = {}) =>
    dynamodb.send(new PutItemCommand({ TableName: "items", Item, ...more }));
  const get = (id: string, ConsistentRead = false) =>
    dynamodb.send(new GetItemCommand({ TableName: "items", Key: { id: { S: id } }, ConsistentRead }));
  const consumed = async (kind: "Read" | "Write", more: Record<string, string> = {}) =>
    (await value("AWS/DynamoDB", `Consumed${kind}CapacityUnits`, { TableName: "items", ...more }))?.[0];

  it("consume a write unit per KB of the larger of the old and the new item", async () => {
    await put(item("a", 2500)); // 3
    await put(item("a", 10)); // 3, by the old item
    await dynamodb.send(new DeleteItemCommand({ TableName: "items", Key: { id: { S: "none" } } })); // 1
    assert.equal(await consumed("Write"), 7);
  });

  it("consume a read unit per 4 KB, and half for eventually consistent reads", async () => {
    await put(item("a", 5000));
    await get("a"); // 1
    await get("a", true); // 2
    await get("none"); // 0.5
    assert.equal(await consumed("Read"), 3.5);
  });

  it("consume twice the units in transactions", async () => {
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: "items", Item: item("a", 1500) } }], // 2 × 2
      }),
    );
    await dynamodb.send(
      new TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName: "items", Key: { id: { S: "a" } } } }], // 2 × 1
      }),
    );
    assert.deepEqual([await consumed("Write"), await consumed("Read")], [4, 2]);
  });

  it("round each item of a batch", async () => {
    const items = [item("a", 100), item("b", 1100)]; // 1 + 2
    const { ConsumedCapacity } = await dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: { items: items.map((Item) => ({ PutRequest: { Item } })) },
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { items: { Keys: [{ id: { S: "a" } }, { id: { S: "b" } }], ConsistentRead: true } }, // 1 + 1
      }),
    );
    assert.deepEqual(ConsumedCapacity, [{ TableName: "items", CapacityUnits: 3 }]);
    assert.deepEqual([await consumed("Write"), await consumed("Read")], [3, 2]);
  });

  it("report a global index apart from its table", async () => {
    const index = { GlobalSecondaryIndexName: "by-owner" };
    const { ConsumedCapacity } = await put(item("a", 10, { owner: { S: "x" } }), {
      ReturnConsumedCapacity: "INDEXES",
    }); // the index gains an entry: 1
    assert.deepEqual(ConsumedCapacity, {
      TableName: "items",
      CapacityUnits: 2,
      Table: { CapacityUnits: 1 },
      GlobalSecondaryIndexes: { "by-owner": { CapacityUnits: 1 } },
    });
    await put(item("a", 20, { owner: { S: "x" } })); // the projection stays: 0
    await put(item("a", 20, { owner: { S: "y" } })); // a delete and a put: 2
    await put(item("a", 20)); // a delete: 1
    await put(item("b", 20, { owner: { S: "x" } })); // 1
    await dynamodb.send(
      new QueryCommand({
        TableName: "items",
        IndexName: "by-owner",
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": { S: "x" } },
      }),
    );
    assert.deepEqual([await consumed("Write"), await consumed("Write", index)], [5, 5]);
    assert.deepEqual([await consumed("Read"), await consumed("Read", index)], [undefined, 0.5]);
    const query = { TableName: "items", Operation: "Query" };
    assert.deepEqual(await value("AWS/DynamoDB", "ReturnedItemCount", query), [1, "Count"]);
  });

  it("count failed conditions, which consume capacity, apart from user errors", async () => {
    await put(item("a", 3000)); // 3
    await assert.rejects(put(item("a", 10), { ConditionExpression: "attribute_not_exists(id)" })); // 3
    await assert.rejects(put(item("", 10)));
    const table = { TableName: "items" };
    assert.deepEqual(await value("AWS/DynamoDB", "ConditionalCheckFailedRequests", table), [1, "Count"]);
    assert.deepEqual(await value("AWS/DynamoDB", "UserErrors", {}), [1, "Count"]);
    assert.equal(await consumed("Write"), 6);
  });

  it("count throttles, system errors and the latency of successful requests by operation", async () => {
    const fault = (code: string, status: number) => ({
      service: "dynamodb",
      operation: "PutItem",
      fault: { kind: "error" as const, code, status },
      times: 1,
    });
    at().cloud.faults.set([fault(THROTTLED, 400)], 1);
    await assert.rejects(put(item("a", 1)));
    at().cloud.faults.set([fault("InternalServerError", 500)], 1);
    await assert.rejects(put(item("a", 1)));
    at().cloud.faults.set([], 1);
    await put(item("a", 1));
    const operation = { TableName: "items", Operation: "PutItem" };
    assert.deepEqual(await sums("AWS/DynamoDB", operation, ["ThrottledRequests", "SystemErrors"]), {
      ThrottledRequests: [1, "Count"],
      SystemErrors: [1, "Count"],
    });
    assert.deepEqual(await value("AWS/DynamoDB", "WriteThrottleEvents", { TableName: "items" }), [
      1,
      "Count",
    ]);
    assert.deepEqual(await value("AWS/DynamoDB", "SuccessfulRequestLatency", operation, "SampleCount"), [
      1,
      "Milliseconds",
    ]);
  });
});

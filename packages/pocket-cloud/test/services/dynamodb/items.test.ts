import { strict as assert } from "node:assert";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { Lab } from "../lambda/lab";
import { labWithTables, N, S } from "./tables-lab";

describe("DynamoDB", () => {
  let at: Lab;
  let db: DynamoDBClient;
  beforeEach(async () => {
    ({ at, db } = await labWithTables());
  });
  afterEach(async () => {
    db.destroy();
    await at.end();
  });

  const update = (input: Omit<UpdateItemCommandInput, "TableName" | "Key">) =>
    db.send(
      new UpdateItemCommand({ TableName: "coins", Key: { id: S("btc") }, ReturnValues: "ALL_NEW", ...input }),
    );
  const get = async (id = "btc") =>
    (await db.send(new GetItemCommand({ TableName: "coins", Key: { id: S(id) } }))).Item;

  describe("PutItem and GetItem", () => {
    it("store and return every attribute type", async () => {
      const item = {
        id: S("btc"),
        n: N("-12.5"),
        b: { B: Buffer.from([0, 255]) },
        yes: { BOOL: true },
        none: { NULL: true as const },
        list: { L: [S("a"), N(1)] },
        map: { M: { __proto__x: S("y") } },
        tags: { SS: ["a", "b"] },
      };
      await db.send(new PutItemCommand({ TableName: "coins", Item: item }));
      assert.deepEqual(await get(), { ...item, b: { B: new Uint8Array([0, 255]) } });
    });

    it("store numbers in canonical form", async () => {
      await db.send(new PutItemCommand({ TableName: "coins", Item: { id: S("btc"), n: N("001.500e1") } }));
      assert.deepEqual((await get())?.n, N(15));
    });

    it("refuse a write whose condition fails, and return the stored item on request", async () => {
      const put = (time: string) =>
        new PutItemCommand({
          TableName: "coins",
          Item: { id: S("btc"), t: S(time) },
          ConditionExpression: "attribute_not_exists(id) OR t < :t",
          ExpressionAttributeValues: { ":t": S(time) },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        });
      await db.send(put("2026-01-02"));
      await assert.rejects(db.send(put("2026-01-01")), {
        name: "ConditionalCheckFailedException",
        message: "The conditional request failed",
        Item: { id: S("btc"), t: S("2026-01-02") },
      });
    });

    it("refuse an item without its key", async () => {
      await assert.rejects(db.send(new PutItemCommand({ TableName: "coins", Item: { x: N(1) } })), {
        name: "ValidationException",
        message: "One or more parameter values were invalid: Missing the key id in the item",
      });
    });

    it("refuse a table that does not exist", async () => {
      await assert.rejects(db.send(new GetItemCommand({ TableName: "nowhere", Key: { id: S("a") } })), {
        name: "ResourceNotFoundException",
        message: "Requested resource not found",
      });
    });
  });

  describe("UpdateItem", () => {
    it("applies SET, ADD, DELETE and REMOVE in one expression", async () => {
      await update({
        UpdateExpression: "SET price = :p, hist = :l, #m = :m ADD seen :one, tags :t",
        ExpressionAttributeNames: { "#m": "map" },
        ExpressionAttributeValues: {
          ":p": N("0.1"),
          ":l": { L: [N(1), N(2), N(3)] },
          ":m": { M: { a: N(1) } },
          ":one": N(1),
          ":t": { SS: ["x"] },
        },
      });
      const { Attributes } = await update({
        UpdateExpression:
          "SET price = price + :d, hist = list_append(hist, :l), #m.b = if_not_exists(#m.b, :z) REMOVE hist[0], hist[1] ADD seen :one DELETE tags :t",
        ExpressionAttributeNames: { "#m": "map" },
        ExpressionAttributeValues: {
          ":d": N("0.2"),
          ":l": { L: [N(4)] },
          ":z": N(0),
          ":one": N(1),
          ":t": { SS: ["x"] },
        },
      }).catch((error: Error) => ({ Attributes: { error: S(error.message) } }));
      // hist is both set and removed from: AWS refuses overlapping paths.
      assert.match(Attributes?.error?.S ?? "", /Two document paths overlap/);
      const second = await update({
        UpdateExpression:
          "SET price = price + :d, #m.b = if_not_exists(#m.b, :z) REMOVE hist[0], hist[1] ADD seen :one DELETE tags :t",
        ExpressionAttributeNames: { "#m": "map" },
        ExpressionAttributeValues: { ":d": N("0.2"), ":z": N(0), ":one": N(1), ":t": { SS: ["x"] } },
      });
      assert.deepEqual(second.Attributes, {
        id: S("btc"),
        price: N("0.3"),
        hist: { L: [N(3)] },
        map: { M: { a: N(1), b: N(0) } },
        seen: N(2),
      });
    });

    it("refuses reserved words, undefined and unused placeholders with AWS's messages", async () => {
      await assert.rejects(
        update({ UpdateExpression: "SET name = :n", ExpressionAttributeValues: { ":n": S("x") } }),
        {
          message: "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
        },
      );
      await assert.rejects(update({ UpdateExpression: "SET a = :n" }), {
        message:
          "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :n",
      });
      await assert.rejects(
        update({ UpdateExpression: "SET a = :n", ExpressionAttributeValues: { ":n": N(1), ":x": N(1) } }),
        {
          message: "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}",
        },
      );
    });

    it("refuses to change a key", async () => {
      await assert.rejects(
        update({ UpdateExpression: "SET id = :n", ExpressionAttributeValues: { ":n": S("x") } }),
        {
          message:
            "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
        },
      );
    });

    it("adds numbers of up to 38 digits exactly", async () => {
      await update({
        UpdateExpression: "SET n = :n",
        ExpressionAttributeValues: { ":n": N("12345678901234567890.12345678") },
      });
      const { Attributes } = await update({
        UpdateExpression: "SET n = n + :n",
        ExpressionAttributeValues: { ":n": N("0.00000001") },
      });
      assert.deepEqual(Attributes?.n, N("12345678901234567890.12345679"));
    });
  });

  describe("BatchWriteItem", () => {
    it("leaves entries unprocessed under an injected fault, and stores the others", async () => {
      at.cloud.faults.set(
        [
          {
            service: "dynamodb",
            operation: "BatchWriteItemEntry",
            fault: { kind: "partial", share: 0.5, code: "" },
            times: 1,
          },
        ],
        7,
      );
      const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
      const coins = ids.map((id) => ({ PutRequest: { Item: { id: S(id) } } }));
      const { UnprocessedItems } = await db.send(new BatchWriteItemCommand({ RequestItems: { coins } }));
      const left = (UnprocessedItems?.coins ?? []).map((entry) => entry.PutRequest?.Item?.id?.S);
      const { Responses } = await db.send(
        new BatchGetItemCommand({ RequestItems: { coins: { Keys: ids.map((id) => ({ id: S(id) })) } } }),
      );
      const stored = (Responses?.coins ?? []).map((item) => item.id?.S);
      assert.ok(left.length > 0 && stored.length > 0);
      assert.deepEqual([...left, ...stored].sort(), [...ids].sort());
    });
  });

  it("restores its items after a restart", async () => {
    await db.send(
      new PutItemCommand({ TableName: "coins", Item: { id: S("btc"), b: { B: Buffer.from([1, 2]) } } }),
    );
    await db.send(new PutItemCommand({ TableName: "coins", Item: { id: S("eth") } }));
    await db.send(new DeleteItemCommand({ TableName: "coins", Key: { id: S("eth") } }));
    at = await at.restart();
    db.destroy();
    db = new DynamoDBClient({ ...at.client, maxAttempts: 1 });
    assert.deepEqual(await get(), { id: S("btc"), b: { B: new Uint8Array([1, 2]) } });
    assert.equal(await get("eth"), undefined);
    const { Table } = await db.send(new DescribeTableCommand({ TableName: "coins" }));
    assert.deepEqual([Table?.TableStatus, Table?.ItemCount], ["ACTIVE", 1]);
  });

  it("deletes items within an hour after they expire", async () => {
    await db.send(
      new UpdateTimeToLiveCommand({
        TableName: "coins",
        TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" },
      }),
    );
    const soon = Math.floor(at.cloud.clock.now() / 1000) + 60;
    await db.send(new PutItemCommand({ TableName: "coins", Item: { id: S("btc"), ttl: N(soon) } }));
    await db.send(new PutItemCommand({ TableName: "coins", Item: { id: S("eth"), ttl: N(soon + 864_000) } }));
    await at.advance(2 * 3_600_000);
    assert.equal(await get("btc"), undefined);
    assert.notEqual(await get("eth"), undefined);
  });
});

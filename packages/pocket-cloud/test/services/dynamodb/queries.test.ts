import { strict as assert } from "node:assert";
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
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

  describe("Query and Scan", () => {
    beforeEach(async () => {
      const puts = [5, 1, 3, 10, 2].map((time) => ({
        PutRequest: {
          Item: { id: S("btc"), at: N(time), day: S(time > 4 ? "late" : "early"), x: N(time * 2) },
        },
      }));
      await db.send(new BatchWriteItemCommand({ RequestItems: { ticks: puts } }));
    });

    it("return a range in the order of the sort key", async () => {
      const { Items } = await db.send(
        new QueryCommand({
          TableName: "ticks",
          KeyConditionExpression: "id = :id AND #at BETWEEN :a AND :b",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":id": S("btc"), ":a": N(2), ":b": N(5) },
          ScanIndexForward: false,
        }),
      );
      assert.deepEqual(
        Items?.map((item) => item.at?.N),
        ["5", "3", "2"],
      );
    });

    it("return pages by Limit and continue after LastEvaluatedKey", async () => {
      const seen: (string | undefined)[] = [];
      let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const page: {
          Items?: Record<string, { N?: string | undefined }>[] | undefined;
          LastEvaluatedKey?: typeof ExclusiveStartKey;
        } = (await db.send(
          new QueryCommand({
            TableName: "ticks",
            Limit: 2,
            KeyConditionExpression: "id = :id",
            ExpressionAttributeValues: { ":id": S("btc") },
            ExclusiveStartKey,
          }),
        )) as never;
        seen.push(...(page.Items ?? []).map((item) => item.at?.N));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      assert.deepEqual(seen, ["1", "2", "3", "5", "10"]);
    });

    it("filter after reading, and count the items read", async () => {
      const answer = await db.send(
        new ScanCommand({
          TableName: "ticks",
          FilterExpression: "x >= :x",
          ExpressionAttributeValues: { ":x": N(6) },
          Select: "COUNT",
        }),
      );
      assert.deepEqual([answer.Count, answer.ScannedCount, answer.Items], [3, 5, undefined]);
    });

    it("read an index with its projected attributes", async () => {
      const { Items } = await db.send(
        new QueryCommand({
          TableName: "ticks",
          IndexName: "by-day",
          KeyConditionExpression: "#d = :d",
          ExpressionAttributeNames: { "#d": "day" },
          ExpressionAttributeValues: { ":d": S("late") },
        }),
      );
      assert.deepEqual(
        Items,
        [5, 10].map((time) => ({ id: S("btc"), at: N(time), day: S("late") })),
      );
    });
  });
});

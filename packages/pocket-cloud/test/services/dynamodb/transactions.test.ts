import { strict as assert } from "node:assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
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

  const get = async (id = "btc") =>
    (await db.send(new GetItemCommand({ TableName: "coins", Key: { id: S(id) } }))).Item;

  describe("TransactWriteItems", () => {
    it("writes all items or none, and reports which condition failed", async () => {
      await db.send(new PutItemCommand({ TableName: "coins", Item: { id: S("eth") } }));
      const fresh = (id: string) => ({
        Put: { TableName: "coins", Item: { id: S(id) }, ConditionExpression: "attribute_not_exists(id)" },
      });
      await assert.rejects(
        db.send(new TransactWriteItemsCommand({ TransactItems: [fresh("btc"), fresh("eth")] })),
        {
          name: "TransactionCanceledException",
          message:
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
          CancellationReasons: [
            { Code: "None" },
            { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
          ],
        },
      );
      assert.equal(await get("btc"), undefined);
      await db.send(
        new TransactWriteItemsCommand({
          TransactItems: [fresh("btc"), { Delete: { TableName: "coins", Key: { id: S("eth") } } }],
        }),
      );
      assert.deepEqual(await get("btc"), { id: S("btc") });
      assert.equal(await get("eth"), undefined);
    });

    it("remembers a client's token for ten minutes, and does not write twice", async () => {
      const write = (price: number) =>
        db.send(
          new TransactWriteItemsCommand({
            ClientRequestToken: "once",
            TransactItems: [
              {
                Update: {
                  TableName: "coins",
                  Key: { id: S("btc") },
                  UpdateExpression: "ADD price :price",
                  ExpressionAttributeValues: { ":price": N(price) },
                },
              },
            ],
          }),
        );
      await write(5);
      await write(5);
      assert.deepEqual((await get("btc"))?.price, N(5));
      await assert.rejects(write(6), { name: "IdempotentParameterMismatchException" });
      await at.advance(600_001);
      await write(6);
      assert.deepEqual((await get("btc"))?.price, N(11));
    });

    for (const [when, others] of [
      ["at once", 0],
      ["after many others", 60],
    ] as const)
      it(`knows a repeated transaction by its content, not by the order of members: ${when}`, async () => {
        const { call, administrator } = at.cloud;
        const transact = (token: string, item: Record<string, AttributeValue>) =>
          call(
            "dynamodb",
            "TransactWriteItems",
            { ClientRequestToken: token, TransactItems: [{ Put: { TableName: "coins", Item: item } }] },
            administrator,
          );
        await transact("first", { id: S("btc"), a: S("1"), b: { M: { c: N(1), d: S("2") } } });
        for (let i = 0; i < others; i++)
          await transact(`other-${i}`, { id: S(`other-${i}`), note: S("x".repeat(20_000)) });
        await transact("first", { b: { M: { d: S("2"), c: N(1) } }, a: S("1"), id: S("btc") });
        await assert.rejects(
          transact("first", { id: S("btc"), a: S("1"), b: { M: { c: N(1), d: S("3") } } }),
          {
            code: "IdempotentParameterMismatchException",
          },
        );
        await assert.rejects(
          transact("first", { id: S("btc"), a: S("1"), b: { M: { c: S("1"), d: S("2") } } }),
          {
            code: "IdempotentParameterMismatchException",
          },
        );
      });

    it("does not keep the items of a transaction in memory for its token", async () => {
      const { call, administrator } = at.cloud;
      const transact = (from: number, to: number) =>
        Promise.all(
          Array.from({ length: to - from }, (_, i) =>
            call(
              "dynamodb",
              "TransactWriteItems",
              {
                ClientRequestToken: `token-${from + i}`,
                TransactItems: Array.from({ length: 100 }, (_, item) => ({
                  Put: {
                    TableName: "coins",
                    Item: { id: S(`coin-${item}`), note: S(`${from + i}-${item}-`.repeat(40)) },
                  },
                })),
              },
              administrator,
            ),
          ),
        );
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      await transact(0, 20);
      collect();
      const { heapUsed } = process.memoryUsage();
      await transact(20, 320);
      collect();
      const grown = process.memoryUsage().heapUsed - heapUsed;
      assert.ok(grown < 4 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MiB`);
    });
  });
});

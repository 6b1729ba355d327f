import { strict as assert } from "node:assert";
import {
  DynamoDB,
  type TransactionCanceledException,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import type { Lab } from "../lambda/lab";
import { labWithTables, N, S } from "./tables-lab";

/** What cancels a transaction and what refuses it as a whole, as recorded from AWS by paritysuite/dynamodb-conformance. */
describe("A transaction of DynamoDB", () => {
  let at: Lab;
  let db: DynamoDB;
  const TableName = "coins";
  const id = (name: string) => ({ id: S(name) });
  before(async () => {
    const { at: started, db: client } = await labWithTables();
    client.destroy();
    at = started;
    db = new DynamoDB({ ...at.client, maxAttempts: 1 });
    await db.putItem({ TableName, Item: { ...id("btc"), note: S("x"), price: N(1) } });
  });
  after(async () => {
    db.destroy();
    await at.end();
  });

  const write = (...TransactItems: TransactWriteItem[]) => db.transactWriteItems({ TransactItems });
  const update = (UpdateExpression: string, values?: object, Key: object = id("btc")) => ({
    Update: {
      TableName,
      Key: Key as Record<string, { S: string }>,
      UpdateExpression,
      ...(values && { ExpressionAttributeValues: values as Record<string, { S: string }> }),
    },
  });
  const refused = (promise: Promise<unknown>, message: string) =>
    assert.rejects(promise, (error: Error) => {
      assert.deepEqual([error.name, error.message], ["ValidationException", message]);
      return true;
    });
  const cancelled = (promise: Promise<unknown>, ...messages: (string | undefined)[]) =>
    assert.rejects(promise, (error: TransactionCanceledException) => {
      assert.equal(error.name, "TransactionCanceledException");
      assert.deepEqual(
        error.CancellationReasons?.map(({ Code, Message }) => [Code, Message]),
        messages.map((message) =>
          message === undefined ? ["None", undefined] : ["ValidationError", message],
        ),
      );
      return true;
    });

  it("is cancelled by an update that does not suit the item", async () => {
    const fresh = { Put: { TableName, Item: id("eth") } };
    const one = { ":v": N(1) };
    await cancelled(
      write(fresh, update("SET note = note + :v", one)),
      undefined,
      "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
    );
    await cancelled(
      write(update("SET price = cost + :v", one)),
      "The provided expression refers to an attribute that does not exist in the item",
    );
    await cancelled(
      write(update("SET deep.price = :v", one)),
      "The document path provided in the update expression is invalid for update",
    );
    await cancelled(
      write(update("SET big = :v", { ":v": S("x".repeat(409_600)) })),
      "Item size to update has exceeded the maximum allowed size",
    );
    assert.equal((await db.getItem({ TableName, Key: id("eth") })).Item, undefined);
  });

  it("is cancelled by keys of another form", async () => {
    await cancelled(
      write({ Put: { TableName, Item: { id: N(5) } } }),
      "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
    );
    const schema = "The provided key element does not match the schema";
    await cancelled(write({ Delete: { TableName, Key: { id: N(5) } } }), schema);
    await cancelled(write(update("REMOVE price", undefined, { other: S("x") })), schema);
    await cancelled(db.transactGetItems({ TransactItems: [{ Get: { TableName, Key: {} } }] }), schema);
  });

  it("is refused as a whole for what needs no item", async () => {
    await refused(
      write({ Put: { TableName, Item: id("") } }),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    );
    await refused(
      write({ Put: { TableName, Item: { ...id("eth"), big: S("x".repeat(409_600)) } } }),
      "Item size has exceeded the maximum allowed size",
    );
    const unused = {
      ConditionExpression: "attribute_not_exists(id)",
      ExpressionAttributeValues: { ":v": N(1) },
    };
    await refused(
      write(
        { Put: { TableName: "absent", Item: id("eth") } },
        { ConditionCheck: { TableName, Key: id("btc"), ...unused } },
      ),
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
    );
    await refused(
      write(update("SET price = :v", { ":v": N(1) }), { Delete: { TableName, Key: id("btc") } }),
      "Transaction request cannot include multiple operations on one item",
    );
    const Get = { TableName, Key: id("btc") };
    await refused(
      db.transactGetItems({ TransactItems: [{ Get }, { Get }] }),
      "Transaction request cannot include multiple operations on one item",
    );
  });

  it("takes and returns at most 4 MB", async () => {
    const puts = Array.from({ length: 11 }, (_, n) => ({
      Put: { TableName, Item: { ...id(`big${n}`), text: S("x".repeat(400_000)) } },
    }));
    const tooMuch = "The aggregate size of the items in the transaction exceeds 4 MB";
    await refused(write(...puts), tooMuch);
    await write(...puts.slice(0, 10));
    await write(...puts.slice(10));
    const gets = puts.map((_, n) => ({ Get: { TableName, Key: id(`big${n}`) } }));
    await refused(db.transactGetItems({ TransactItems: gets }), tooMuch);
    const { Responses } = await db.transactGetItems({ TransactItems: gets.slice(1) });
    assert.equal(Responses?.length, 10);
  });
});

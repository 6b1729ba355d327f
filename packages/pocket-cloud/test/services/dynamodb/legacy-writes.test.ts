import { strict as assert } from "node:assert";
import { type AttributeValueUpdate, DynamoDB, type ExpectedAttributeValue } from "@aws-sdk/client-dynamodb";
import { type Lab, lab } from "../lambda/lab";

/** The parameters of writes from before expressions, with the texts that dynalite's tests had of AWS. */
describe("DynamoDB's legacy parameters of writes", () => {
  let at: Lab;
  let db: DynamoDB;
  const TableName = "ticks";
  const Key = { id: { S: "a" } };
  before(async () => {
    at = await lab();
    db = new DynamoDB({ ...at.client, maxAttempts: 1 });
    await db.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
  });
  beforeEach(() =>
    db.putItem({
      TableName,
      Item: {
        ...Key,
        price: { N: "1" },
        tags: { SS: ["x", "y"] },
        list: { L: [{ S: "1" }] },
        old: { S: "o" },
      },
    }),
  );
  after(async () => {
    db.destroy();
    await at.end();
  });
  const item = async () => (await db.getItem({ TableName, Key })).Item;
  const put = (Expected: Record<string, ExpectedAttributeValue>, more: object = {}) =>
    db.putItem({ TableName, Item: { ...Key, price: { N: "2" } }, Expected, ...more });
  const refused = (call: Promise<unknown>, message: string) =>
    assert.rejects(call, { name: "ValidationException", message });
  const invalid = (call: Promise<unknown>, reason: string) =>
    refused(call, `One or more parameter values were invalid: ${reason}`);

  it("compare what is expected with what is stored", async () => {
    const fails = { name: "ConditionalCheckFailedException" };
    await assert.rejects(put({ price: { Value: { N: "5" } } }), fails);
    await assert.rejects(put({ price: { Exists: false } }), fails);
    await assert.rejects(
      put({ price: { ComparisonOperator: "GT", AttributeValueList: [{ N: "1" }] } }),
      fails,
    );
    const two: Record<string, ExpectedAttributeValue> = {
      price: { Value: { N: "5" } },
      old: { ComparisonOperator: "BEGINS_WITH", AttributeValueList: [{ S: "o" }] },
    };
    await assert.rejects(put(two), fails);
    await put(two, { ConditionalOperator: "OR" });
    assert.deepEqual(await item(), { ...Key, price: { N: "2" } });
    await put({ price: { Value: { N: "2" } }, other: { Exists: false } });
    await assert.rejects(
      db.deleteItem({ TableName, Key, Expected: { price: { ComparisonOperator: "NULL" } } }),
      fails,
    );
    await db.deleteItem({ TableName, Key, Expected: { price: { ComparisonOperator: "NOT_NULL" } } });
    assert.equal(await item(), undefined);
  });

  it("put, add to, delete from and remove attributes", async () => {
    const { Attributes } = await db.updateItem({
      TableName,
      Key,
      AttributeUpdates: {
        price: { Action: "ADD", Value: { N: "4" } },
        tags: { Action: "DELETE", Value: { SS: ["x"] } },
        list: { Action: "ADD", Value: { L: [{ S: "2" }] } },
        old: { Action: "DELETE" },
        fresh: { Value: { S: "f" } },
      },
      ReturnValues: "ALL_NEW",
    });
    assert.deepEqual(Attributes, {
      ...Key,
      price: { N: "5" },
      tags: { SS: ["y"] },
      list: { L: [{ S: "1" }, { S: "2" }] },
      fresh: { S: "f" },
    });
    await db.updateItem({ TableName, Key: { id: { S: "new" } }, AttributeUpdates: {} });
    assert.deepEqual((await db.getItem({ TableName, Key: { id: { S: "new" } } })).Item, { id: { S: "new" } });
  });

  it("are refused where they contradict each other", async () => {
    await invalid(
      put({ a: { ComparisonOperator: "LT" } }),
      "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
    );
    await invalid(
      put({ a: { Exists: true, ComparisonOperator: "LT" } }),
      "Exists and ComparisonOperator cannot be used together for Attribute: a",
    );
    await invalid(
      put({ a: { AttributeValueList: [] } }),
      "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
    );
    await invalid(
      put({ a: { Value: { S: "a" }, AttributeValueList: [] } }),
      "Value and AttributeValueList cannot be used together for Attribute: a",
    );
    await invalid(put({ a: {} }), "Value must be provided when Exists is null for Attribute: a");
    await invalid(
      put({ a: { Exists: true } }),
      "Value must be provided when Exists is true for Attribute: a",
    );
    await invalid(
      put({ a: { Exists: false, Value: { S: "a" } } }),
      "Value cannot be used when Exists is false for Attribute: a",
    );
    await invalid(
      put({ a: { ComparisonOperator: "NULL", AttributeValueList: [{ S: "a" }] } }),
      "Invalid number of argument(s) for the NULL ComparisonOperator",
    );
    await invalid(
      put({ a: { ComparisonOperator: "IN", AttributeValueList: [{ S: "b" }, { N: "1" }] } }),
      "AttributeValues inside AttributeValueList must be of same type",
    );
    const update = (AttributeUpdates: Record<string, AttributeValueUpdate>) =>
      db.updateItem({ TableName, Key, AttributeUpdates });
    await invalid(update({ a: {} }), "Only DELETE action is allowed when no attribute value is specified");
    await invalid(
      update({ a: { Action: "DELETE", Value: { S: "1" } } }),
      "DELETE action with value is not supported for the type S",
    );
    await invalid(
      update({ a: { Action: "ADD", Value: { S: "1" } } }),
      "ADD action is not supported for the type S",
    );
  });

  it("are refused beside expressions", () =>
    refused(
      db.updateItem({
        TableName,
        Key,
        Expected: { a: { Exists: false } },
        AttributeUpdates: {},
        UpdateExpression: "SET b = c",
        ConditionExpression: "attribute_exists(b)",
      }),
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates, Expected} Expression parameters: {UpdateExpression, ConditionExpression}",
    ));

  it("of keys stand beside the expression of a projection", async () => {
    const query = {
      TableName,
      KeyConditions: { id: { ComparisonOperator: "EQ" as const, AttributeValueList: [{ S: "a" }] } },
      ProjectionExpression: "#o",
      ExpressionAttributeNames: { "#o": "old" },
    };
    assert.deepEqual((await db.query(query)).Items, [{ old: { S: "o" } }]);
    await refused(
      db.query({ ...query, KeyConditionExpression: "id = :a" }),
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {KeyConditions} Expression parameters: {ProjectionExpression, KeyConditionExpression}",
    );
  });

  it("take thousands of values", async () => {
    const AttributeValueList = Array.from({ length: 27_500 }, (_, at) => ({ S: String(at) }));
    const began = process.cpuUsage();
    const { Items } = await db.scan({
      TableName,
      ScanFilter: { id: { ComparisonOperator: "IN", AttributeValueList } },
    });
    assert.deepEqual(Items, []);
    assert.ok(process.cpuUsage(began).user < 5e6);
  });
});

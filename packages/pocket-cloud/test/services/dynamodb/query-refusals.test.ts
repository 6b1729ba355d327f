import { strict as assert } from "node:assert";
import { DynamoDB, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { type Lab, lab } from "../lambda/lab";
import { N, S } from "./tables-lab";

/** The messages are those that AWS gave to the tests of architect/dynalite, paritysuite and in issues on GitHub. */
describe("A Query of DynamoDB", () => {
  let at: Lab;
  let db: DynamoDB;
  const TableName = "ticks";
  before(async () => {
    at = await lab();
    db = new DynamoDB({ ...at.client, maxAttempts: 1 });
    const index = (IndexName: string, hash: string, range: string) => ({
      IndexName,
      KeySchema: [
        { AttributeName: hash, KeyType: "HASH" as const },
        { AttributeName: range, KeyType: "RANGE" as const },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" as const },
    });
    await db.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
        { AttributeName: "quote", AttributeType: "S" },
      ],
      KeySchema: index("", "id", "at").KeySchema,
      GlobalSecondaryIndexes: [index("by-day", "quote", "at")],
      LocalSecondaryIndexes: [index("days", "id", "quote")],
    });
    for (const n of [1, 2])
      await db.putItem({
        TableName,
        Item: { id: S("btc"), at: N(n), quote: S(`d${n}`), price: N(n * 10), note: S("x".repeat(5000)) },
      });
  });
  after(async () => {
    db.destroy();
    await at.end();
  });

  const query = (
    more: Partial<QueryCommandInput>,
    values: QueryCommandInput["ExpressionAttributeValues"] = {},
  ) =>
    db.query({
      TableName,
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": S("btc"), ...values },
      ...more,
    });
  const refuses = (promise: Promise<unknown>, message: string) =>
    assert.rejects(promise, (error: Error) => {
      assert.deepEqual([error.name, error.message], ["ValidationException", message]);
      return true;
    });
  const names = { ExpressionAttributeNames: { "#at": "at" } };

  describe("refuses a filter", () => {
    it("on a key of what it reads", async () => {
      const message = (key: string) =>
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`;
      await refuses(query({ FilterExpression: "price = :p AND id = :id" }, { ":p": N(1) }), message("id"));
      await refuses(
        query({ FilterExpression: "NOT (#at BETWEEN :a AND :b)", ...names }, { ":a": N(1), ":b": N(2) }),
        message("at"),
      );
      await refuses(
        query({ IndexName: "days", FilterExpression: "begins_with(quote, :id)" }),
        message("quote"),
      );
      await refuses(
        db.query({
          TableName,
          KeyConditions: { id: { ComparisonOperator: "EQ", AttributeValueList: [S("btc")] } },
          QueryFilter: { at: { ComparisonOperator: "EQ", AttributeValueList: [N(1)] } },
        }),
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: at",
      );
    });

    it("on an attribute that the index does not project", () =>
      refuses(
        db.query({
          TableName,
          IndexName: "by-day",
          KeyConditionExpression: "quote = :d",
          FilterExpression: "price > :p",
          ExpressionAttributeValues: { ":d": S("d1"), ":p": N(1) },
        }),
        "One or more parameter values were invalid: Secondary index by-day does not project one or more filter attributes: [price]",
      ));
  });

  it("filters an index by a key of the table, and a Scan by any key", async () => {
    const { Items } = await query(
      { IndexName: "days", FilterExpression: "#at = :n", ...names },
      { ":n": N(2) },
    );
    assert.deepEqual(Items, [{ id: S("btc"), at: N(2), quote: S("d2") }]);
    const scan = await db.scan({
      TableName,
      FilterExpression: "id = :id",
      ExpressionAttributeValues: { ":id": S("btc") },
    });
    assert.equal(scan.Count, 2);
  });

  it("refuses to return what a global index does not project", async () => {
    const message =
      "One or more parameter values were invalid: Global secondary index by-day does not project [price, note]";
    const ProjectionExpression = "id, price, note";
    await refuses(
      db.query({
        TableName,
        IndexName: "by-day",
        KeyConditionExpression: "quote = :d",
        ProjectionExpression,
        ExpressionAttributeValues: { ":d": S("d1") },
      }),
      message,
    );
    await refuses(db.scan({ TableName, IndexName: "by-day", ProjectionExpression }), message);
  });

  it("reads what a local index does not project from the table, and counts the table's capacity", async () => {
    const whole = await query({
      IndexName: "days",
      Select: "ALL_ATTRIBUTES",
      ReturnConsumedCapacity: "INDEXES",
    });
    assert.deepEqual(
      whole.Items?.map(({ price }) => price),
      [N(10), N(20)],
    );
    assert.deepEqual(whole.ConsumedCapacity, {
      TableName,
      CapacityUnits: 2.5,
      Table: { CapacityUnits: 2 },
      LocalSecondaryIndexes: { days: { CapacityUnits: 0.5 } },
    });
    const { Items } = await query({ IndexName: "days", ProjectionExpression: "price", Limit: 1 });
    assert.deepEqual(Items, [{ price: N(10) }]);
    assert.deepEqual((await query({ IndexName: "days", Limit: 1 })).Items, [
      { id: S("btc"), at: N(1), quote: S("d1") },
    ]);
  });

  describe("refuses a condition on a key", () => {
    const mismatch =
      "One or more parameter values were invalid: Condition parameter type does not match schema type";
    const wrong = (operator: string, type: string) =>
      `Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`;
    const cases: [string, string, object][] = [
      ["id = :v", mismatch, { ":v": N(1) }],
      ["id = :id AND #at > :v", mismatch, { ":id": S("btc"), ":v": S("1") }],
      ["id = :id AND #at BETWEEN :v AND :v", mismatch, { ":id": S("btc"), ":v": S("1") }],
      ["id = :id AND begins_with(#at, :v)", mismatch, { ":id": S("btc"), ":v": S("1") }],
      ["id = :id AND #at = :v", mismatch, { ":id": S("btc"), ":v": { BOOL: true } }],
      ["id = :id AND :v >= #at", wrong(">=", "BOOL"), { ":id": S("btc"), ":v": { BOOL: true } }],
      [
        "id = :id AND #at BETWEEN :v AND :v",
        wrong("BETWEEN", "BOOL"),
        { ":id": S("btc"), ":v": { BOOL: true } },
      ],
    ];
    for (const [KeyConditionExpression, message, values] of cases)
      it(`of another type: ${KeyConditionExpression} with ${JSON.stringify(values)}`, () =>
        refuses(
          db.query({
            TableName,
            KeyConditionExpression,
            ...(KeyConditionExpression.includes("#at") && names),
            ExpressionAttributeValues: values as NonNullable<QueryCommandInput["ExpressionAttributeValues"]>,
          }),
          message,
        ));
  });

  it("refuses a start key outside of its range", async () => {
    const start = (id: string, n: number) => ({ ExclusiveStartKey: { id: S(id), at: N(n) } });
    await refuses(
      query(start("eth", 1)),
      "The provided starting key is outside query boundaries based on provided conditions",
    );
    const above = { KeyConditionExpression: "id = :id AND #at > :n", ...names };
    await refuses(
      query({ ...above, ...start("btc", 1) }, { ":n": N(1) }),
      "The provided starting key does not match the range key predicate",
    );
    await refuses(
      query({ ...above, ...start("eth", 2) }, { ":n": N(1) }),
      "The query can return at most one row and cannot be restarted",
    );
    await refuses(
      query({ ExclusiveStartKey: { id: S("btc"), at: S("1") } }),
      "The provided starting key is invalid",
    );
    assert.equal((await query({ ...above, ...start("btc", 2) }, { ":n": N(1) })).Count, 0);
  });

  it("refuses more than 100 values after IN, and expressions over 4,096 bytes", async () => {
    const list = (count: number) => Array.from({ length: count }, (_, n) => `:v${n}`);
    const values = (count: number) => Object.fromEntries(list(count).map((name, n) => [name, N(n)]));
    const filter = (count: number) =>
      query({ FilterExpression: `price IN (${list(count).join(",")})` }, values(count));
    assert.equal((await filter(100)).Count, 2);
    await refuses(
      filter(101),
      "Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101",
    );
    const projection = (size: number) => query({ ProjectionExpression: "p".padEnd(size, "x") });
    assert.equal((await projection(4096)).Count, 2);
    await refuses(
      projection(4097),
      "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097",
    );
  });
});

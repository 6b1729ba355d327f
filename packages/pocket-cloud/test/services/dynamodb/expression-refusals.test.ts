import { strict as assert } from "node:assert";
import { type AttributeValue, DynamoDB } from "@aws-sdk/client-dynamodb";
import { type Lab, lab } from "../lambda/lab";

/** Messages as AWS gave them to the tests of architect/dynalite. */
describe("DynamoDB refuses an expression", () => {
  let at: Lab;
  let db: DynamoDB;
  const TableName = "coins";
  before(async () => {
    at = await lab();
    db = new DynamoDB({ ...at.client, maxAttempts: 1 });
    await db.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["id", "at"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
    });
  });
  after(async () => {
    db.destroy();
    await at.end();
  });

  const messageOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "accepted",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  const names = { "#a": "a" };
  const scan = (FilterExpression: string, value?: AttributeValue, other?: AttributeValue) =>
    messageOf(
      db.scan({
        TableName,
        FilterExpression,
        ...(FilterExpression.includes("#a") && { ExpressionAttributeNames: names }),
        ...(value && { ExpressionAttributeValues: { ":a": value, ...(other && { ":b": other }) } }),
      }),
    );
  const N = { N: "1" };
  const S = { S: "1" };

  for (const expression of ["a = b AND ((a = b AND b = a)) AND a = c", "((a = b OR (b = a OR a = c)))"])
    it(`with redundant parentheses: ${expression}`, async () => {
      assert.equal(
        await scan(expression),
        "ValidationException: Invalid FilterExpression: The expression has redundant parentheses;",
      );
    });

  const wrongTypes: readonly (readonly [
    expression: string,
    value: AttributeValue,
    name: string,
    type: string,
  ])[] = [
    ["attribute_type(a, :a)", N, "attribute_type", "N"],
    ["attribute_type(a, size(b)) AND a = :a", N, "attribute_type", "N"],
    ["begins_with(a, :a)", N, "begins_with", "N"],
    ["begins_with(a, size(b)) AND a = :a", S, "begins_with", "N"],
    ["begins_with(:a, a)", { SS: ["1"] }, "begins_with", "SS"],
    ["size(size(a)) > :a", N, "size", "N"],
    ["attribute_not_exists(size(:a))", N, "size", "N"],
    ["size(:a) > a", { BOOL: true }, "size", "BOOL"],
  ];
  for (const [expression, value, name, type] of wrongTypes)
    it(`with an operand of a wrong type: ${expression}, a ${type}`, async () => {
      assert.equal(
        await scan(expression, value),
        `ValidationException: Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
      );
    });

  it("with a type that does not exist", async () => {
    assert.equal(
      await scan("attribute_type(a, :a)", S),
      "ValidationException: Invalid FilterExpression: Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    );
  });

  for (const [expression, name] of [
    ["attribute_exists(:a)", "attribute_exists"],
    ["attribute_not_exists(size(:a))", "attribute_not_exists"],
  ] as const)
    it(`without a path where one is needed: ${expression}`, async () => {
      assert.equal(
        await scan(expression, S),
        `ValidationException: Invalid FilterExpression: Operator or function requires a document path; operator or function: ${name}`,
      );
    });

  for (const [expression, operator, first] of [
    ["a = a AND #a = b", "=", "[a]"],
    ["#a <> a", "<>", "[a]"],
    ["contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"],
    ["begins_with(ab.bc[1].a, ab.bc[1].#a)", "begins_with", "[ab, bc, [1], a]"],
  ] as const)
    it(`that compares a path with itself: ${expression}`, async () => {
      assert.equal(
        await scan(expression),
        `ValidationException: Invalid FilterExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${first}`,
      );
    });

  it("with bounds of different types, or in the wrong order", async () => {
    assert.equal(
      await scan("x BETWEEN :a AND :b", N, S),
      "ValidationException: Invalid FilterExpression: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:1}",
    );
    assert.equal(
      await scan("x BETWEEN :a AND :b", { S: "b" }, { S: "a" }),
      "ValidationException: Invalid FilterExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
    );
    assert.equal(await scan("x BETWEEN :a AND :b", { N: "9" }, { N: "10" }), "accepted");
  });

  it("with empty or malformed placeholders", async () => {
    const put = (more: object) =>
      messageOf(
        db.putItem({
          TableName,
          Item: { id: S, at: S },
          ConditionExpression: "attribute_not_exists(id)",
          ...more,
        }),
      );
    assert.equal(
      await put({ ExpressionAttributeNames: {} }),
      "ValidationException: ExpressionAttributeNames must not be empty",
    );
    assert.equal(
      await put({ ExpressionAttributeValues: {} }),
      "ValidationException: ExpressionAttributeValues must not be empty",
    );
    assert.equal(
      await put({ ExpressionAttributeNames: { a: "a" } }),
      'ValidationException: ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    );
    assert.equal(
      await put({ ExpressionAttributeValues: { b: S } }),
      'ValidationException: ExpressionAttributeValues contains invalid key: Syntax error; key: "b"',
    );
  });

  it("that asks for an empty key", async () => {
    const query = (id: string, sort: string) =>
      messageOf(
        db.query({
          TableName,
          KeyConditionExpression: "id = :id AND #at = :at",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":id": { S: id }, ":at": { S: sort } },
        }),
      );
    const empty = (key: string) =>
      `ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${key}`;
    assert.deepEqual([await query("", "1"), await query("1", "")], [empty("id"), empty("at")]);
  });

  it("with a number that has white space", async () => {
    for (const value of [" 1.23", "1.23 "])
      assert.equal(
        await scan("a = :a", { N: value }),
        `ValidationException: The parameter cannot be converted to a numeric value: ${value}`,
      );
  });

  it("but none that only looks alike", async () => {
    for (const expression of [
      "(a = b) AND ((b = c) OR (NOT (a = c)))",
      "attribute_exists(a) AND (((a <> b) AND (a <> c)) AND (b = c))",
    ])
      assert.equal(await scan(expression), "accepted");
    assert.equal(await scan(":a = :a", S), "accepted");
    assert.equal(await scan("begins_with(:a, b)", S), "accepted");
  });
});

import { strict as assert } from "node:assert";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { STS } from "@aws-sdk/client-sts";
import type { Lab } from "../lambda/lab";
import { labWithTables, N, S } from "./tables-lab";

/** The policies follow the examples of the DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control". */
describe("Conditions of a role on items of DynamoDB", () => {
  let at: Lab;
  let db: DynamoDB;
  const allow = async (Action: string[], Condition: object) => {
    const { call, administrator } = at.cloud;
    const Statement = [{ Effect: "Allow", Action, Resource: "*", Condition }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await call(
      "iam",
      "PutRolePolicy",
      { RoleName: "player", PolicyName: "own", PolicyDocument },
      administrator,
    );
  };
  before(async () => {
    const { at: started, db: client } = await labWithTables();
    client.destroy();
    at = started;
    const { call, administrator, accountId } = at.cloud;
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" },
      ],
    });
    await call("iam", "CreateRole", { RoleName: "player", AssumeRolePolicyDocument }, administrator);
    const sts = new STS(at.client);
    const { Credentials } = await sts.assumeRole({
      RoleArn: `arn:aws:iam::${accountId}:role/player`,
      RoleSessionName: "session",
    });
    sts.destroy();
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    db = new DynamoDB({ ...at.client, credentials, maxAttempts: 1 });
  });
  after(async () => {
    db.destroy();
    await at.end();
  });
  const denied = (promise: Promise<unknown>) => assert.rejects(promise, { name: "AccessDeniedException" });
  const item = (id: string) => ({ id: S(id), at: N(1), day: S("mon"), price: N(1) });
  const TableName = "ticks";

  it("limit the partition keys that it reads and writes", async () => {
    await allow(["dynamodb:*"], { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["btc", "mon"] } });
    await db.putItem({ TableName, Item: item("btc") });
    await denied(db.putItem({ TableName, Item: item("eth") }));
    const Key = (id: string) => ({ id: S(id), at: N(1) });
    await db.getItem({ TableName, Key: Key("btc") });
    await denied(db.getItem({ TableName, Key: Key("eth") }));
    const query = (id: string) =>
      db.query({
        TableName,
        KeyConditionExpression: ":id = #id AND #at > :n",
        ExpressionAttributeNames: { "#id": "id", "#at": "at" },
        ExpressionAttributeValues: { ":id": S(id), ":n": N(0) },
      });
    assert.equal((await query("btc")).Count, 1);
    await denied(query("eth"));
    const byDay = (day: string) =>
      db.query({
        TableName,
        IndexName: "by-day",
        KeyConditions: { day: { ComparisonOperator: "EQ", AttributeValueList: [S(day)] } },
      });
    assert.equal((await byDay("mon")).Count, 1);
    await denied(byDay("tue"));
    const batch = (...ids: string[]) =>
      db.batchWriteItem({ RequestItems: { ticks: ids.map((id) => ({ DeleteRequest: { Key: Key(id) } })) } });
    await denied(batch("btc", "eth"));
    const get = (...ids: string[]) => db.batchGetItem({ RequestItems: { ticks: { Keys: ids.map(Key) } } });
    assert.equal((await get("btc")).Responses?.ticks?.length, 1);
    await denied(get("btc", "eth"));
    const change = (id: string) =>
      db.transactWriteItems({
        TransactItems: [
          { Put: { TableName, Item: item("btc") } },
          { Delete: { TableName, Key: Key(id) } },
          { Put: { TableName: "coins", Item: { id: S("btc") } } },
        ],
      });
    await denied(change("eth"));
    await denied(
      db.transactGetItems({
        TransactItems: [{ Get: { TableName, Key: Key("btc") } }, { Get: { TableName, Key: Key("eth") } }],
      }),
    );
    await batch("btc");
  });

  it("limit the attributes that it reads and writes", async () => {
    await allow(["dynamodb:*Item", "dynamodb:Query", "dynamodb:Scan"], {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "at", "price"] },
      StringEqualsIfExists: {
        "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
        "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"],
      },
    });
    const Key = { id: S("btc"), at: N(1) };
    await db.putItem({ TableName, Item: { ...Key, price: N(1) } });
    await denied(db.putItem({ TableName, Item: item("btc") }));
    const update = (UpdateExpression: string, more = {}) =>
      db.updateItem({ TableName, Key, UpdateExpression, ...more });
    const ExpressionAttributeNames = { "#d": "day" };
    await update("SET price = price");
    await denied(update("SET price = #d", { ExpressionAttributeNames }));
    await denied(update("REMOVE #d", { ExpressionAttributeNames }));
    await denied(update("SET price = price", { ReturnValues: "ALL_OLD" }));
    await denied(
      update("SET price = price", {
        ConditionExpression: "NOT begins_with(#d, :m)",
        ExpressionAttributeNames,
        ExpressionAttributeValues: { ":m": S("m") },
      }),
    );
    await denied(db.getItem({ TableName, Key }));
    await db.getItem({ TableName, Key, ProjectionExpression: "price" });
    await denied(db.getItem({ TableName, Key, ProjectionExpression: "price, note.entry[0]" }));
    await denied(db.scan({ TableName }));
    await db.scan({ TableName, AttributesToGet: ["price"] });
    await denied(
      db.scan({
        TableName,
        ProjectionExpression: "price",
        FilterExpression: "size(note) > price",
      }),
    );
  });
});

import { strict as assert } from "node:assert";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";
import { loadUntilKilled, rounds, victim } from "../killed";

const ROUNDS = rounds(1);
const TableName = "ticks";

describe("DynamoDB killed under load", function () {
  this.timeout(300_000 + ROUNDS * 10_000);

  it(`restores every acknowledged item in its newest state (${ROUNDS} rounds)`, async () => {
    const directory = temporaryDirectory();
    const acknowledged = new Map<string, number>();
    let serial = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const cloud = await victim(directory.path);
        const db = new DynamoDBClient(cloud.client);
        if (round === 0)
          await db.send(
            new CreateTableCommand({
              TableName,
              BillingMode: "PAY_PER_REQUEST",
              AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
              KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            }),
          );
        await loadUntilKilled(cloud, 40 + (round % 17), async () => {
          const value = ++serial;
          const filling = { S: "x".repeat(value % 700) };
          const put = (id: string) => ({ id: { S: id }, value: { N: `${value}` }, filling });
          await db.send(new PutItemCommand({ TableName, Item: put(`put-${value}`) }));
          acknowledged.set(`put-${value}`, value);
          const batch = Array.from({ length: 10 }, (_, at) => `batch-${value}-${at}`);
          const requests = batch.map((id) => ({ PutRequest: { Item: put(id) } }));
          await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
          for (const id of batch) acknowledged.set(id, value);
          await db.send(
            new UpdateItemCommand({
              TableName,
              Key: { id: { S: `counter-${value % 5}` } },
              UpdateExpression: "ADD #v :one",
              ExpressionAttributeNames: { "#v": "value" },
              ExpressionAttributeValues: { ":one": { N: "1" } },
            }),
          );
          const counter = `counter-${value % 5}`;
          acknowledged.set(counter, (acknowledged.get(counter) ?? 0) + 1);
        });
        db.destroy();
      }
      const found = await itemsIn(directory.path);
      const lost = [...acknowledged].filter(([id, value]) =>
        id.startsWith("counter-") ? (found.get(id) ?? 0) < value : found.get(id) !== value,
      );
      assert.ok(acknowledged.size >= ROUNDS * 40 * 11);
      assert.deepEqual(lost, []);
    } finally {
      directory.remove();
    }
  });
});

async function itemsIn(dir: string): Promise<Map<string, number>> {
  const cloud = await startCloud({ dir });
  const found = new Map<string, number>();
  let ExclusiveStartKey: ScanCommandOutput["LastEvaluatedKey"];
  const page = () =>
    cloud.call(
      "dynamodb",
      "Scan",
      { TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) },
      cloud.administrator,
    );
  do {
    const { Items = [], LastEvaluatedKey } = await page();
    for (const { id, value } of Items) found.set(id?.S ?? "", Number(value?.N));
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  await cloud.stop();
  return found;
}

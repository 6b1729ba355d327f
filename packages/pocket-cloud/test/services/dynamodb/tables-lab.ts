import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Lab, lab } from "../lambda/lab";

export const S = (value: string) => ({ S: value });
export const N = (value: number | string) => ({ N: String(value) });

/** A lab with the tables coins, and ticks with an index. */
export async function labWithTables(): Promise<{ at: Lab; db: DynamoDBClient }> {
  const at = await lab();
  const db = new DynamoDBClient({ ...at.client, maxAttempts: 1 });
  await db.send(
    new CreateTableCommand({
      TableName: "coins",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  await db.send(
    new CreateTableCommand({
      TableName: "ticks",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
        { AttributeName: "day", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-day",
          KeySchema: [
            { AttributeName: "day", KeyType: "HASH" },
            { AttributeName: "at", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  return { at, db };
}

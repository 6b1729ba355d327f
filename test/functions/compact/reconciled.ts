import { strict as assert } from "node:assert";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Row } from "../../../data/feeds";
import type { HourRange } from "../../../data/hours";
import { names } from "../../../data/names";
import type { Finding } from "../../../functions/reconcile/compare";
import { clientsFor } from "../../../tools/kit/clients";
import { reconcile } from "../../../tools/reconcile/reconcile";
import { crypto, type TestLake } from "./lake";

const ENV = "test";

/** A lake whose rows are in raw/ too, so that `npm run reconcile` can compare csv/, history and the view with it. */
export async function withRaw(lake: TestLake) {
  const clients = clientsFor(lake.connection);
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: names(ENV).table("crypto"),
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "coin_id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "coin_id", AttributeType: "S" }],
    }),
  );
  return {
    /** Writes a row to csv/ and to raw/. */
    put: async (object: string, row: Row): Promise<void> => {
      await lake.put(object, [row]);
      const at = String(row.event_time);
      await lake.s3.send(
        new PutObjectCommand({
          Bucket: lake.bucket,
          Key: `raw/crypto/dt=${at.slice(0, 10)}/hour=${at.slice(11, 13)}/${object}`,
          Body: `${JSON.stringify(row)}\n`,
        }),
      );
    },
    reconcile: async (
      range: HourRange,
    ): Promise<{ findings: readonly Finding[]; daysFromHistory: number }> => {
      const result = await reconcile(clients, { env: ENV, lakeBucket: lake.bucket }, crypto, range, {
        readStream: false,
      });
      assert.ok(result.hours.length > 0, "there are hours to compare");
      return result;
    },
    close: () => clients.close(),
  };
}

import { strict as assert } from "node:assert";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";

const ITEMS = 200_000;

describe("A large table after a start", () => {
  const dir = temporaryDirectory();
  let cloud: Awaited<ReturnType<typeof startCloud>> | undefined;
  after(async () => {
    await cloud?.stop();
    dir.remove();
  });

  it("is loaded without stopping the event loop, and every operation waits for all of it", async () => {
    const table = {
      TableName: "orders",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" as const }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
      BillingMode: "PAY_PER_REQUEST" as const,
    };
    const first = await startCloud({ dir: dir.path, port: 0 });
    await first.call("dynamodb", "CreateTable", table, first.administrator);
    await first.stop();
    const items = join(dir.path, "cloud/dynamodb/items");
    const lines = Array.from(
      { length: ITEMS },
      (_, i) => `[{"put":{"id":{"S":"order-${i}"},"note":{"S":"${"x".repeat(20)}"}}}]\n`,
    );
    appendFileSync(join(items, readdirSync(items)[0] ?? assert.fail()), lines.join(""));

    cloud = await startCloud({ dir: dir.path, port: 0 });
    let turns = 0;
    let counting = true;
    const count = (async () => {
      for (; counting; turns++) await turn();
    })();
    const call = { TableName: "orders", Key: { id: { S: `order-${ITEMS - 1}` } } };
    const [described, got, scanned, batch, transaction] = await Promise.all([
      cloud.call("dynamodb", "DescribeTable", { TableName: "orders" }, cloud.administrator),
      cloud.call("dynamodb", "GetItem", call, cloud.administrator),
      cloud.call("dynamodb", "Scan", { TableName: "orders", Select: "COUNT" }, cloud.administrator),
      cloud.call(
        "dynamodb",
        "BatchGetItem",
        { RequestItems: { orders: { Keys: [call.Key] } } },
        cloud.administrator,
      ),
      cloud.call("dynamodb", "TransactGetItems", { TransactItems: [{ Get: call }] }, cloud.administrator),
    ]);
    counting = false;
    await count;
    assert.equal(described.Table?.ItemCount, ITEMS);
    assert.equal(described.Table?.TableSizeBytes, 7_488_890);
    assert.equal(got.Item?.id?.S, "order-199999");
    assert.ok((scanned.Count ?? 0) > 3000);
    assert.equal(batch.Responses?.orders?.[0]?.id?.S, "order-199999");
    assert.equal(transaction.Responses?.[0]?.Item?.id?.S, "order-199999");
    assert.ok(turns >= 3, `the event loop turned ${turns} times`);
  });
});

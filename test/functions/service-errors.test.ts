import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { connectionOf } from "../support/cloud";
import { coldStart, logged } from "./support/bundle";
import { batch, coin, context, line } from "./support/events";

/** A bundle knows hardly an error of a service by class; see `shakeSdk`. */
describe("Errors of services, in a bundle,", () => {
  const dir = mkdtempSync(join(tmpdir(), "service-errors-"));
  let cloud: Cloud;
  const event = batch(
    line(coin("terrausd", "2026-01-02T03:05:00.000Z", 1)),
    line(coin("tether", "2026-01-02T03:05:00.000Z", 0.5, { symbol: "usdt", market_cap_rank: 3 })),
  );

  before(async () => {
    cloud = await startCloud({ dir });
    const dynamodb = new DynamoDBClient(connectionOf(cloud));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "look-back",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "bucket", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "bucket", KeyType: "HASH" }],
      }),
    );
    dynamodb.destroy();
  });
  after(async () => {
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function reasonOf(name: string, environment: Record<string, string>): Promise<unknown> {
    const handler = await coldStart(name, cloud, environment);
    const { lines } = await logged(() => handler(event, context()));
    return lines.find(({ reason }) => reason !== undefined)?.reason;
  }

  const thrown = async (environment: Record<string, string>): Promise<string> => {
    const handler = await coldStart("poll-prices", cloud, {
      LANES: "1",
      COINS: "1",
      PRICE_SOURCE: "sample",
      FALLBACK_SOURCE: "none",
      SAMPLE_URL: "http://127.0.0.1:1",
      STREAM_NAME: "nowhere",
      POLL_SECONDS: "3600",
      TICK_SECONDS: "3600",
      ...environment,
    });
    const scheduledTime = `${new Date().toISOString().slice(0, 13)}:00:00Z`;
    return handler({ scheduledTime }, context()).then(
      () => "nothing",
      (error: unknown) => String(error),
    );
  };

  it("keep their name and message", async () => {
    assert.equal(
      await reasonOf("write-csv", { FEED: "crypto", LAKE_BUCKET: "nowhere" }),
      "NoSuchBucket: The specified bucket does not exist",
    );
    assert.equal(
      await reasonOf("store-latest", { FEED: "crypto", TABLE_NAME: "nowhere" }),
      "ResourceNotFoundException: Requested resource not found",
    );
    assert.equal(
      await reasonOf("evaluate-rules", {
        FEED: "crypto",
        TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:nowhere",
        LOOK_BACK_TABLE: "look-back",
        LOOK_BACK_BUCKETS: "1",
      }),
      "NotFoundException: Topic does not exist",
    );
    assert.match(await thrown({ API_KEY_PARAMETER: "/nowhere" }), /^ParameterNotFound: /);
  });
});

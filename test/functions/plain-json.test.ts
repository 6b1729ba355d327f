import assert from "node:assert/strict";
import { DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { HttpResponse } from "@smithy/core/protocols";
import fc from "fast-check";
import { DynamoDbJson, PutRecordsJson } from "../../functions/shared/plain-json";
import { toItem } from "../../functions/store-latest/attributes";

/** What a client would put on the wire. */
class Wire {
  sent: { body: unknown; headers: Record<string, string> } | undefined;
  readonly metadata = { handlerProtocol: "http/1.1" };
  handle = async ({ body, headers }: { body: Uint8Array | string; headers: Record<string, string> }) => {
    this.sent = { body: JSON.parse(Buffer.from(body as Uint8Array).toString("utf8")), headers };
    return { response: new HttpResponse({ statusCode: 200, headers: {}, body: new Uint8Array() }) };
  };
  destroy(): void {}
}

const options = (requestHandler: Wire) => ({
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  endpoint: "http://127.0.0.1:1",
  requestHandler,
});

const told = ["content-type", "x-amz-target", "host"];
const seen = ({ sent }: Wire) => ({
  body: sent?.body,
  headers: told.map((name) => sent?.headers[name]),
});

const row = fc.dictionary(
  fc.string({ minLength: 1, unit: "binary" }).filter((name) => name !== "__proto__"),
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  ),
  { maxKeys: 8 },
);

describe("requests written with JSON.stringify", () => {
  it("say of a transaction what the SDK's own say", async () => {
    const [own, plain] = [new Wire(), new Wire()];
    const clients = [
      new DynamoDBClient(options(own)),
      new DynamoDBClient({ ...options(plain), protocol: DynamoDbJson }),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 4 }), fc.string(), async (rows, time) => {
        const TransactItems = rows.map((each) => ({
          Put: {
            TableName: "latest",
            Item: toItem(each),
            ConditionExpression: "attribute_not_exists(#time) OR #time < :time",
            ExpressionAttributeNames: { "#time": "event_time" },
            ExpressionAttributeValues: { ":time": { S: time } },
          },
        }));
        const command = { TransactItems, ClientRequestToken: "token" };
        for (const client of clients) await client.send(new TransactWriteItemsCommand(command));
        assert.deepEqual(seen(plain), seen(own));
      }),
      { numRuns: 60 },
    );
    assert.equal(own.sent?.headers["x-amz-target"], "DynamoDB_20120810.TransactWriteItems");
  });

  it("say of records what the SDK's own say, whatever their bytes", async () => {
    const [own, plain] = [new Wire(), new Wire()];
    const clients = [
      new KinesisClient(options(own)),
      new KinesisClient({ ...options(plain), protocol: PutRecordsJson }),
    ];
    const entry = fc.record({
      Data: fc.uint8Array({ maxLength: 64 }),
      PartitionKey: fc.string({ minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 4 }), async (Records) => {
        for (const client of clients)
          await client.send(new PutRecordsCommand({ StreamName: "crypto", Records }));
        assert.deepEqual(seen(plain), seen(own));
      }),
      { numRuns: 60 },
    );
    assert.equal(own.sent?.headers["x-amz-target"], "Kinesis_20131202.PutRecords");
  });

  it("take a part of a larger buffer for that part", async () => {
    const wire = new Wire();
    const client = new KinesisClient({ ...options(wire), protocol: PutRecordsJson });
    const Data = new TextEncoder().encode("[ab]").subarray(1, 3);
    await client.send(
      new PutRecordsCommand({ StreamName: "crypto", Records: [{ Data, PartitionKey: "0" }] }),
    );
    assert.deepEqual(wire.sent?.body, {
      StreamName: "crypto",
      Records: [{ Data: "YWI=", PartitionKey: "0" }],
    });
  });
});

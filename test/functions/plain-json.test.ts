import assert from "node:assert/strict";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { HttpResponse } from "@smithy/core/protocols";
import fc from "fast-check";
import { DynamoDbJson, PutRecordsJson } from "../../functions/shared/plain-json";
import { type Item, toItem } from "../../functions/store-latest/attributes";

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

const comparedHeaders = ["content-type", "content-length", "x-amz-target", "host"];
const seen = ({ sent }: Wire) => ({
  body: sent?.body,
  headers: comparedHeaders.map((name) => sent?.headers[name]),
});

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\ud800", "\u2028", "\u0000", "é😀"));
const row = fc.dictionary(
  text.filter((name) => name !== "" && name !== "__proto__"),
  fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
  { maxKeys: 8 },
);

const put = (time: string) => (Item: ReturnType<typeof toItem>) => ({
  TableName: "latest",
  Item,
  ConditionExpression: "attribute_not_exists(#time) OR #time < :time",
  ExpressionAttributeNames: { "#time": "event_time" },
  ExpressionAttributeValues: { ":time": { S: time } },
});

/** Each kind of request that store-latest makes, of items. */
const requests = (time: string) => ({
  TransactWriteItems: (items: Item[]) =>
    new TransactWriteItemsCommand({
      ClientRequestToken: "token",
      TransactItems: items.map((item) => ({ Put: put(time)(item) })),
    }),
  PutItem: ([item = {}]: Item[]) => new PutItemCommand(put(time)(item)),
  BatchWriteItem: (items: Item[]) =>
    new BatchWriteItemCommand({
      RequestItems: { latest: items.map((item) => ({ PutRequest: { Item: item } })) },
    }),
  BatchGetItem: (items: Item[]) =>
    new BatchGetItemCommand({ RequestItems: { latest: { Keys: items, ConsistentRead: true } } }),
});

describe("requests written with JSON.stringify", () => {
  for (const name of ["TransactWriteItems", "PutItem", "BatchWriteItem", "BatchGetItem"] as const)
    it(`say in ${name} what the SDK's own say`, async () => {
      const [own, plain] = [new Wire(), new Wire()];
      const clients = [
        new DynamoDBClient(options(own)),
        new DynamoDBClient({ ...options(plain), protocol: DynamoDbJson }),
      ];
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 4 }), text, async (rows, time) => {
          const command = requests(time)[name](rows.map(toItem));
          for (const client of clients) await client.send(command as PutItemCommand);
          assert.deepEqual(seen(plain), seen(own));
        }),
        { numRuns: 60 },
      );
      assert.equal(own.sent?.headers["x-amz-target"], `DynamoDB_20120810.${name}`);
    });

  it("refuse to write any other", async () => {
    const client = new DynamoDBClient({ ...options(new Wire()), protocol: DynamoDbJson });
    await assert.rejects(
      client.send(new DeleteItemCommand({ TableName: "latest", Key: {} })),
      /^TypeError: no DeleteItemInput here; only BatchGetItemInput, BatchWriteItemInput, /,
    );
    const kinesis = new KinesisClient({ ...options(new Wire()), protocol: PutRecordsJson });
    await assert.rejects(
      kinesis.send(new PutRecordCommand({ StreamName: "crypto", PartitionKey: "0", Data: Buffer.from("a") })),
      /^TypeError: no PutRecordInput here; only PutRecordsInput$/,
    );
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

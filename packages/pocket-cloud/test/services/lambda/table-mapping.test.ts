import { strict as assert } from "node:assert";
import { createFunction, type Lab, lab, logged, map } from "./lab";

const handler = (body = ""): string => `
  exports.handler = async (event) => {
    for (const { eventName, dynamodb } of event.Records)
      process.stdout.write(">" + [eventName, dynamodb.Keys.id.S, dynamodb.NewImage?.price?.N].join(" "));
    ${body}
  };`;

describe("Event source mappings from the stream of a DynamoDB table", () => {
  let at: Lab;
  let stream: string;
  const call = (operation: "CreateTable" | "PutItem" | "DeleteItem" | "UpdateTable", input: object) =>
    at.cloud.call("dynamodb", operation, input as never, at.cloud.administrator);
  const put = (id: string, price: number) =>
    call("PutItem", { TableName: "coins", Item: { id: { S: id }, price: { N: `${price}` } } });
  beforeEach(async () => {
    at = await lab();
    const { TableDescription } = (await call("CreateTable", {
      TableName: "coins",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    })) as { TableDescription: { LatestStreamArn: string } };
    stream = TableDescription.LatestStreamArn;
  });
  afterEach(() => at.end());

  it("invoke the function with every change, in order", async () => {
    await createFunction(at, "f", handler());
    await put("btc", 1);
    await map(at, stream);
    await put("btc", 2);
    await call("DeleteItem", { TableName: "coins", Key: { id: { S: "btc" } } });
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["INSERT btc 1", "MODIFY btc 2", "REMOVE btc "]);
  });

  it("give the function AWS's event", async () => {
    await createFunction(
      at,
      "f",
      'exports.handler = async (e) => { process.stdout.write(">" + JSON.stringify(e)); }',
    );
    await map(at, stream);
    await call("PutItem", { TableName: "coins", Item: { id: { S: "btc" }, raw: { B: Buffer.from([255]) } } });
    await at.advance(5000);
    const [line = ""] = await logged(at);
    const [{ eventID, dynamodb, ...event }] = JSON.parse(line).Records;
    assert.match(eventID, /^[0-9a-f]{32}$/);
    assert.deepEqual(event, {
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: stream,
    });
    const { SequenceNumber: _, ...change } = dynamodb;
    assert.deepEqual(change, {
      ApproximateCreationDateTime: Date.UTC(2026, 0, 15, 12) / 1000,
      Keys: { id: { S: "btc" } },
      NewImage: { id: { S: "btc" }, raw: { B: "/w==" } },
      SizeBytes: 14,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    });
  });

  it("start from now at LATEST", async () => {
    await put("old", 1);
    await at.advance(2000);
    await createFunction(at, "f", handler());
    await map(at, stream, { StartingPosition: "LATEST" });
    await at.advance(2000);
    await put("new", 2);
    await at.advance(2000);
    assert.deepEqual(await logged(at), ["INSERT new 2"]);
  });

  it("pass on only changes that match their filters", async () => {
    await createFunction(at, "f", handler());
    const Pattern = JSON.stringify({ eventName: ["INSERT"], dynamodb: { NewImage: { id: { S: ["eth"] } } } });
    await map(at, stream, { FilterCriteria: { Filters: [{ Pattern }] } });
    await put("btc", 1);
    await put("eth", 2);
    await put("eth", 3);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["INSERT eth 2"]);
  });

  it("send a batch that failed for good to the on-failure destination", async () => {
    const { QueueUrl = "" } = await at.cloud.call(
      "sqs",
      "CreateQueue",
      { QueueName: "failed" },
      at.cloud.administrator,
    );
    await createFunction(at, "f", handler("throw new Error('no')"));
    await map(at, stream, {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:us-east-1:000000000000:failed" } },
    });
    await put("btc", 1);
    await at.advance(60_000);
    const { Messages = [] } = await at.cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl },
      at.cloud.administrator,
    );
    const { DDBStreamBatchInfo } = JSON.parse(Messages[0]?.Body ?? "{}");
    assert.equal(DDBStreamBatchInfo.batchSize, 1);
    assert.equal(DDBStreamBatchInfo.streamArn, stream);
  });

  it("continue after their checkpoint when the cloud restarts", async () => {
    await createFunction(at, "f", handler());
    await map(at, stream);
    await put("a", 1);
    await at.advance(5000);
    at = await at.restart();
    await put("b", 2);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["INSERT a 1", "INSERT b 2"]);
  });

  it("refuse a role without rights, a stream that does not exist, and a timestamp", async () => {
    await createFunction(at, "f", handler());
    await assert.rejects(
      map(at, `${stream.slice(0, -1)}9`),
      /^InvalidParameterValueException: Stream not found: arn:aws:dynamodb:/,
    );
    await assert.rejects(
      map(at, stream, { StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: new Date() }),
      /^InvalidParameterValueException: Unsupported starting position/,
    );
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["dynamodb:GetRecords"], Resource: "*" }],
    });
    await at.cloud.call(
      "iam",
      "PutRolePolicy",
      { RoleName: "worker", PolicyName: "all", PolicyDocument },
      at.cloud.administrator,
    );
    await assert.rejects(
      map(at, stream),
      /^InvalidParameterValueException: Cannot access stream arn:aws:dynamodb:.* Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM\.$/,
    );
  });
});

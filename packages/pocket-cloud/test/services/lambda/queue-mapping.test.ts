import { strict as assert } from "node:assert";
import { createFunction, type Lab, lab, logged, map } from "./lab";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";
const handler = (body: string) => `exports.handler = async (event) => {
  process.stdout.write(">" + event.Records.map((r) => r.body).join(" "));
  ${body}
};`;

describe("SQS event source mappings", () => {
  let at: Lab;
  let QueueUrl = "";
  beforeEach(async () => {
    at = await lab();
    QueueUrl =
      (await at.cloud.call("sqs", "CreateQueue", { QueueName: "q" }, at.cloud.administrator)).QueueUrl ?? "";
  });
  afterEach(() => at.end());

  const send = async (...bodies: string[]) => {
    for (const MessageBody of bodies)
      await at.cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody }, at.cloud.administrator);
  };
  const left = async () => {
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const input = { QueueUrl, AttributeNames: [...AttributeNames] };
    const { Attributes } = await at.cloud.call("sqs", "GetQueueAttributes", input, at.cloud.administrator);
    return (
      Number(Attributes?.ApproximateNumberOfMessages) +
      Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
    );
  };

  it("delete processed messages", async () => {
    await createFunction(at, "f", handler(""));
    await map(at, QUEUE, { StartingPosition: undefined });
    await send("a", "b");
    await at.advance(1000);
    assert.deepEqual(await logged(at), ["a b"]);
    assert.equal(await left(), 0);
  });

  it("deliver failed messages again after their visibility timeout", async () => {
    const body = `if (!globalThis.once) { globalThis.once = true;
      return { batchItemFailures: [{ itemIdentifier: event.Records[1].messageId }] }; }`;
    await createFunction(at, "f", handler(body));
    await map(at, QUEUE, { StartingPosition: undefined, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await send("a", "b", "c");
    await at.advance(20_000);
    assert.deepEqual(await logged(at), ["a b c"]);
    await at.advance(20_000);
    assert.deepEqual(await logged(at), ["a b c", "b"]);
    assert.equal(await left(), 0);
  });

  it("refuse missing queues, duplicates and visibility timeouts below the function's timeout", async () => {
    await createFunction(at, "f", handler(""), { Timeout: 30 });
    const refused = (message: string) => ({ name: "InvalidParameterValueException", message });
    await assert.rejects(
      map(at, `${QUEUE}x`, { StartingPosition: undefined }),
      refused(
        "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
      ),
    );
    const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/none";
    await assert.rejects(map(at, stream), refused(`Stream not found: ${stream}`));
    const { UUID } = await map(at, QUEUE, { StartingPosition: undefined });
    await assert.rejects(map(at, QUEUE, { StartingPosition: undefined }), {
      name: "ResourceConflictException",
      message: `An event source mapping with SQS arn (" ${QUEUE} ") and function (" f ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    });
    const Attributes = { VisibilityTimeout: "29" };
    await at.cloud.call("sqs", "CreateQueue", { QueueName: "quick", Attributes }, at.cloud.administrator);
    await assert.rejects(
      map(at, "arn:aws:sqs:us-east-1:000000000000:quick", { StartingPosition: undefined }),
      refused("Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds"),
    );
  });

  it("need a role that may read the source, like mappings of streams", async () => {
    const { call, administrator: admin } = at.cloud;
    const Principal = { Service: "lambda.amazonaws.com" };
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
    });
    const { Role } = await call("iam", "CreateRole", { RoleName: "weak", AssumeRolePolicyDocument }, admin);
    await createFunction(at, "f", handler(""), { Role: Role?.Arn });
    await call("kinesis", "CreateStream", { StreamName: "ticks", ShardCount: 1 }, admin);
    await assert.rejects(map(at, QUEUE, { StartingPosition: undefined }), {
      name: "InvalidParameterValueException",
      message: "The provided execution role does not have permissions to call ReceiveMessage on SQS",
    });
    const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";
    await assert.rejects(map(at, stream), {
      name: "InvalidParameterValueException",
      message: `Cannot access stream ${stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListShards Actions on your stream in IAM.`,
    });
  });

  it("refuse members that only streams have", async () => {
    await createFunction(at, "f", handler(""));
    await assert.rejects(map(at, QUEUE), {
      name: "InvalidParameterValueException",
      message: "Unsupported StartingPosition parameter for given event source mapping type.",
    });
  });
});

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

  it("delete what the function processed", async () => {
    await createFunction(at, "f", handler(""));
    await map(at, QUEUE, { StartingPosition: undefined });
    await send("a", "b");
    await at.advance(1000);
    assert.deepEqual(await logged(at), ["a b"]);
    assert.equal(await left(), 0);
  });

  it("bring what failed again after its visibility timeout", async () => {
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

  it("refuse the settings of streams", async () => {
    await createFunction(at, "f", handler(""));
    await assert.rejects(map(at, QUEUE), {
      name: "InvalidParameterValueException",
      message: "Unsupported StartingPosition parameter for given event source mapping type.",
    });
  });
});

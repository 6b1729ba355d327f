import { strict as assert } from "node:assert";
import { SQS } from "@aws-sdk/client-sqs";
import { type Lab, lab } from "../lambda/lab";

describe("SQS refuses, with AWS's messages,", () => {
  let at: Lab;
  let sqs: SQS;
  let QueueUrl = "";
  let fifo = "";
  before(async () => {
    at = await lab();
    sqs = new SQS({ ...at.client, maxAttempts: 1 });
    QueueUrl = (await sqs.createQueue({ QueueName: "jobs" })).QueueUrl ?? "";
    const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    fifo = (await sqs.createQueue({ QueueName: "jobs.fifo", Attributes })).QueueUrl ?? "";
  });
  after(async () => {
    sqs.destroy();
    await at.end();
  });
  const invalid = (message: string) => ({ name: "InvalidParameterValue", message });

  it("parameters out of bounds", async () => {
    await assert.rejects(
      sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 11 }),
      invalid(
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
      ),
    );
    await assert.rejects(
      sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 21 }),
      invalid(
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
      ),
    );
    await assert.rejects(
      sqs.receiveMessage({ QueueUrl, VisibilityTimeout: 43_201 }),
      invalid(
        "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
      ),
    );
    await assert.rejects(
      sqs.sendMessage({ QueueUrl, MessageBody: "x", DelaySeconds: 901 }),
      invalid(
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
      ),
    );
  });

  it("names of attributes that there are not", async () => {
    for (const name of ["not-existing", ""])
      await assert.rejects(
        sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn", name as never] }),
        { name: "InvalidAttributeName", message: `Unknown Attribute ${name}.` },
      );
  });

  it("DelaySeconds for a message of a FIFO queue", () =>
    assert.rejects(
      sqs.sendMessage({ QueueUrl: fifo, MessageBody: "x", MessageGroupId: "g", DelaySeconds: 5 }),
      invalid(
        "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
      ),
    ));

  it("a malformed receipt handle, but not that of a deleted message", async () => {
    await assert.rejects(sqs.deleteMessage({ QueueUrl, ReceiptHandle: "zz" }), {
      name: "ReceiptHandleIsInvalid",
      message: 'The input receipt handle "zz" is not a valid receipt handle.',
    });
    await sqs.sendMessage({ QueueUrl, MessageBody: "x" });
    const { Messages } = await sqs.receiveMessage({ QueueUrl });
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    await assert.rejects(
      sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }),
      invalid(
        `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      ),
    );
  });

  it("a second purge within a minute", async () => {
    await sqs.purgeQueue({ QueueUrl });
    await assert.rejects(sqs.purgeQueue({ QueueUrl }), {
      name: "PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on jobs is allowed every 60 seconds.",
    });
    await at.advance(60_000);
    await sqs.purgeQueue({ QueueUrl });
  });

  it("a batch whose total size is too large", async () => {
    const MessageBody = "x".repeat(600_000);
    const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody }));
    await assert.rejects(sqs.sendMessageBatch({ QueueUrl, Entries }), {
      name: "BatchRequestTooLong",
      message: "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.",
    });
  });

  it("tags that are missing or too many, and names of attributes in other letters", async () => {
    await assert.rejects(sqs.tagQueue({ QueueUrl, Tags: {} }), {
      name: "MissingParameter",
      message: "The request must contain the parameter Tags.",
    });
    const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, "v"]));
    await assert.rejects(sqs.tagQueue({ QueueUrl, Tags }), invalid("Too many tags added for queue jobs."));
    await assert.rejects(
      sqs.untagQueue({ QueueUrl, TagKeys: [] }),
      invalid("Tag keys must be between 1 and 128 characters in length."),
    );
    const MessageAttributes = { öther: { DataType: "String", StringValue: "x" } };
    await assert.rejects(
      sqs.sendMessage({ QueueUrl, MessageBody: "m", MessageAttributes }),
      invalid(
        "The message attribute name 'öther' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.",
      ),
    );
  });
});

import { strict as assert } from "node:assert";
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { batchHandler, createFunction, createStream, map } from "../../lambda/lab";
import { MINUTE, measuredLab } from "./measured";

describe("Metrics of Lambda", () => {
  const { at, client, value, sums } = measuredLab();
  let lambda: LambdaClient;
  const f = { FunctionName: "f" };
  beforeEach(() => {
    lambda = client(LambdaClient);
  });
  const invoke = (payload: object, InvocationType: "Event" | "RequestResponse" = "RequestResponse") =>
    lambda.send(new InvokeCommand({ ...f, InvocationType, Payload: Buffer.from(JSON.stringify(payload)) }));

  it("count invocations, with zero errors and throttles of successful ones", async () => {
    await createFunction(at(), "f", "exports.handler = async (e) => { if (e.fail) throw new Error('x'); }");
    await invoke({});
    await invoke({});
    const expected = {
      Invocations: [2, "Count"],
      Errors: [0, "Count"],
      Throttles: [0, "Count"],
      ConcurrentExecutions: [2, "Count"],
    };
    assert.deepEqual(await sums("AWS/Lambda", f, Object.keys(expected)), expected);
    assert.deepEqual(await value("AWS/Lambda", "Duration", f, "SampleCount"), [2, "Milliseconds"]);
    await invoke({ fail: true });
    assert.deepEqual(await value("AWS/Lambda", "Errors", f), [1, "Count"]);
  });

  it("count throttles when the reserved concurrency is exceeded", async () => {
    await createFunction(at(), "f", "exports.handler = async () => {}");
    await lambda.send(new PutFunctionConcurrencyCommand({ ...f, ReservedConcurrentExecutions: 0 }));
    await assert.rejects(invoke({}), { name: "TooManyRequestsException" });
    const names = ["Throttles", "Invocations"];
    assert.deepEqual(await sums("AWS/Lambda", f, names), {
      Throttles: [1, "Count"],
      Invocations: undefined,
    });
  });

  it("count asynchronous events, their age and undeliverable dead letters", async () => {
    await createFunction(at(), "f", "exports.handler = async () => { throw new Error('x'); }");
    const DeadLetterConfig = { TargetArn: `arn:aws:sqs:us-east-1:${at().cloud.accountId}:missing` };
    await lambda.send(new UpdateFunctionConfigurationCommand({ ...f, DeadLetterConfig }));
    await invoke({}, "Event");
    await at().advance(10 * MINUTE);
    assert.deepEqual(
      await sums("AWS/Lambda", f, ["AsyncEventsReceived", "AsyncEventsDropped", "DeadLetterErrors"]),
      {
        DeadLetterErrors: [1, "Count"],
        AsyncEventsReceived: [1, "Count"],
        AsyncEventsDropped: [1, "Count"],
      },
    );
    // Attempts at 0, 60 and 180 seconds.
    assert.deepEqual(await value("AWS/Lambda", "AsyncEventAge", f, "Maximum"), [180_000, "Milliseconds"]);
  });

  it("report the age of the last record of each batch from a stream, and the mapping's events", async () => {
    const arn = await createStream(at(), "s");
    await createFunction(at(), "f", batchHandler());
    const { UUID = "" } = await map(at(), arn, {
      MaximumBatchingWindowInSeconds: 60,
      MetricsConfig: { Metrics: ["EventCount"] },
    });
    const kinesis = client(KinesisClient);
    const record = { StreamName: "s", Data: Buffer.from("x"), PartitionKey: "k" };
    await kinesis.send(new PutRecordCommand(record));
    await at().advance(30_000);
    await kinesis.send(new PutRecordCommand(record));
    await at().advance(60_000);
    assert.deepEqual(await value("AWS/Lambda", "IteratorAge", f, "Maximum"), [30_000, "Milliseconds"]);
    const mapping = { EventSourceMappingUUID: UUID };
    const names = [
      "PolledEventCount",
      "InvokedEventCount",
      "FilteredOutEventCount",
      "FailedInvokeEventCount",
    ];
    assert.deepEqual(await sums("AWS/Lambda", mapping, names), {
      PolledEventCount: [2, "Count"],
      InvokedEventCount: [2, "Count"],
      FilteredOutEventCount: [0, "Count"],
      FailedInvokeEventCount: undefined,
    });
  });

  it("count the events of a discarded batch that went to the failure destination", async () => {
    const sqs = client(SQSClient);
    await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
    const arn = await createStream(at(), "s");
    await createFunction(at(), "f", batchHandler("throw new Error('x')"));
    const { UUID = "" } = await map(at(), arn, {
      MaximumRetryAttempts: 0,
      MetricsConfig: { Metrics: ["EventCount"] },
      DestinationConfig: {
        OnFailure: { Destination: `arn:aws:sqs:us-east-1:${at().cloud.accountId}:dead` },
      },
    });
    const kinesis = client(KinesisClient);
    const Records = ["a", "b"].map((text) => ({ Data: Buffer.from(text), PartitionKey: "k" }));
    await kinesis.send(new PutRecordsCommand({ StreamName: "s", Records }));
    await at().advance(MINUTE);
    const mapping = { EventSourceMappingUUID: UUID };
    const names = ["FailedInvokeEventCount", "OnFailureDestinationDeliveredEventCount", "DroppedEventCount"];
    assert.deepEqual(await sums("AWS/Lambda", mapping, names), {
      FailedInvokeEventCount: [2, "Count"],
      OnFailureDestinationDeliveredEventCount: [2, "Count"],
      DroppedEventCount: undefined,
    });
  });

  it("count the failures of a failure destination", async () => {
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "gone" }));
    const arn = await createStream(at(), "s");
    await createFunction(at(), "f", batchHandler("throw new Error('x')"));
    await map(at(), arn, {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${at().cloud.accountId}:gone` } },
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    const kinesis = client(KinesisClient);
    await kinesis.send(
      new PutRecordsCommand({ StreamName: "s", Records: [{ Data: Buffer.from("a"), PartitionKey: "k" }] }),
    );
    await at().advance(MINUTE);
    const { DestinationDeliveryFailures } = await sums("AWS/Lambda", { FunctionName: "f" }, [
      "DestinationDeliveryFailures",
    ]);
    assert.ok((DestinationDeliveryFailures?.[0] ?? 0) > 0);
  });
});

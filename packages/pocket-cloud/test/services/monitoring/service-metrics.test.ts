import { strict as assert } from "node:assert";
import { AthenaClient, CreateWorkGroupCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateDeliveryStreamCommand, FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import {
  EnableEnhancedMonitoringCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import {
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { batchHandler, createFunction, createStream, type Lab, lab, map } from "../lambda/lab";

const MINUTE = 60_000;
const THROTTLED = "ProvisionedThroughputExceededException";

describe("Metrics of services", () => {
  let at: Lab;
  let cloudwatch: CloudWatchClient;
  const clients: { destroy(): void }[] = [];
  beforeEach(async () => {
    at = await lab();
    cloudwatch = client(CloudWatchClient);
  });
  afterEach(async () => {
    for (const made of clients.splice(0)) made.destroy();
    await at.end();
  });

  function client<C extends { destroy(): void }>(Client: new (options: object) => C): C {
    const made = new Client({ ...at.client, maxAttempts: 1 });
    clients.push(made);
    return made;
  }

  /** A statistic over the test's whole time, with its unit; undefined without data. */
  async function value(
    Namespace: string,
    MetricName: string,
    dimensions: Record<string, string>,
    stat: Statistic = "Sum",
  ): Promise<[number, string] | undefined> {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        StartTime: new Date(Date.UTC(2026, 0, 15)),
        EndTime: new Date(Date.UTC(2026, 0, 16)),
        Period: 86_400,
        Statistics: [stat],
      }),
    );
    const [point] = Datapoints;
    const found = point?.[stat];
    return found === undefined ? undefined : [found, point?.Unit ?? ""];
  }

  /** The sums of a resource's metrics, with their units. */
  async function sums(
    namespace: string,
    dimensions: Record<string, string>,
    names: readonly string[],
  ): Promise<Record<string, [number, string] | undefined>> {
    const found = names.map(async (name) => [name, await value(namespace, name, dimensions)] as const);
    return Object.fromEntries(await Promise.all(found));
  }

  describe("Kinesis", () => {
    let kinesis: KinesisClient;
    beforeEach(async () => {
      kinesis = client(KinesisClient);
      await createStream(at, "s");
    });
    const write = (count: number) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: "s",
          Records: Array.from({ length: count }, () => ({ Data: Buffer.from("12345"), PartitionKey: "k" })),
        }),
      );
    const read = async () => {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          StreamName: "s",
          ShardId: "shardId-000000000000",
          ShardIteratorType: "TRIM_HORIZON",
        }),
      );
      return kinesis.send(new GetRecordsCommand({ ShardIterator }));
    };

    it("count records and bytes by stream, with zero throttles", async () => {
      await write(3);
      await kinesis.send(
        new PutRecordCommand({ StreamName: "s", Data: Buffer.from("12"), PartitionKey: "k" }),
      );
      await read();
      const expected = {
        IncomingRecords: [4, "Count"],
        IncomingBytes: [17, "Bytes"],
        "PutRecords.Success": [1, "Count"],
        "PutRecords.Records": [3, "Count"],
        "PutRecords.Bytes": [15, "Bytes"],
        "PutRecords.TotalRecords": [3, "Count"],
        "PutRecords.SuccessfulRecords": [3, "Count"],
        "PutRecords.FailedRecords": [0, "Count"],
        "PutRecords.ThrottledRecords": [0, "Count"],
        "PutRecord.Success": [1, "Count"],
        "PutRecord.Bytes": [2, "Bytes"],
        "GetRecords.Success": [1, "Count"],
        "GetRecords.Records": [4, "Count"],
        "GetRecords.Bytes": [17, "Bytes"],
        "GetRecords.IteratorAgeMilliseconds": [0, "Milliseconds"],
        WriteProvisionedThroughputExceeded: [0, "Count"],
        ReadProvisionedThroughputExceeded: [0, "Count"],
      };
      assert.deepEqual(await sums("AWS/Kinesis", { StreamName: "s" }, Object.keys(expected)), expected);
      for (const name of ["PutRecord.Latency", "PutRecords.Latency", "GetRecords.Latency"])
        assert.equal(
          (await value("AWS/Kinesis", name, { StreamName: "s" }, "SampleCount"))?.[1],
          "Milliseconds",
        );
    });

    it("count throttled records and reads", async () => {
      for (const _ of [1, 2]) await write(500);
      await write(7);
      for (const _ of [1, 2, 3, 4, 5]) await read();
      await assert.rejects(read(), { name: THROTTLED });
      const expected = {
        WriteProvisionedThroughputExceeded: [7, "Count"],
        "PutRecords.ThrottledRecords": [7, "Count"],
        "PutRecords.Success": [2, "Count"],
        ReadProvisionedThroughputExceeded: [1, "Count"],
        "GetRecords.Success": [5, "Count"],
      };
      assert.deepEqual(await sums("AWS/Kinesis", { StreamName: "s" }, Object.keys(expected)), expected);
    });

    it("report shards only by the metrics that enhanced monitoring enables", async () => {
      const shard = { StreamName: "s", ShardId: "shardId-000000000000" };
      await write(3);
      await kinesis.send(
        new EnableEnhancedMonitoringCommand({
          StreamName: "s",
          ShardLevelMetrics: ["IncomingRecords", "OutgoingBytes"],
        }),
      );
      await write(2);
      await read();
      const names = ["IncomingRecords", "IncomingBytes", "OutgoingRecords", "OutgoingBytes"];
      assert.deepEqual(await sums("AWS/Kinesis", shard, names), {
        IncomingRecords: [2, "Count"],
        IncomingBytes: undefined,
        OutgoingRecords: undefined,
        OutgoingBytes: [25, "Bytes"],
      });
    });
  });

  describe("DynamoDB", () => {
    let dynamodb: DynamoDBClient;
    const item = (id: string, bytes: number, more: Record<string, { S: string }> = {}) => ({
      id: { S: id },
      text: { S: "x".repeat(bytes) },
      ...more,
    });
    beforeEach(async () => {
      dynamodb = client(DynamoDBClient);
      const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
      await dynamodb.send(
        new CreateTableCommand({
          TableName: "items",
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [attribute("id"), attribute("owner")],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-owner",
              KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
              Projection: { ProjectionType: "KEYS_ONLY" },
            },
          ],
        }),
      );
    });
    const put = (Item: ReturnType<typeof item>, more: object = {}) =>
      dynamodb.send(new PutItemCommand({ TableName: "items", Item, ...more }));
    const get = (id: string, ConsistentRead = false) =>
      dynamodb.send(new GetItemCommand({ TableName: "items", Key: { id: { S: id } }, ConsistentRead }));
    const consumed = async (kind: "Read" | "Write", more: Record<string, string> = {}) =>
      (await value("AWS/DynamoDB", `Consumed${kind}CapacityUnits`, { TableName: "items", ...more }))?.[0];

    it("consume a write unit per KB of the larger of the old and the new item", async () => {
      await put(item("a", 2500)); // 3
      await put(item("a", 10)); // 3, by the old item
      await dynamodb.send(new DeleteItemCommand({ TableName: "items", Key: { id: { S: "none" } } })); // 1
      assert.equal(await consumed("Write"), 7);
    });

    it("consume a read unit per 4 KB, and half for eventually consistent reads", async () => {
      await put(item("a", 5000));
      await get("a"); // 1
      await get("a", true); // 2
      await get("none"); // 0.5
      assert.equal(await consumed("Read"), 3.5);
    });

    it("consume twice the units in transactions", async () => {
      await dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: "items", Item: item("a", 1500) } }], // 2 × 2
        }),
      );
      await dynamodb.send(
        new TransactGetItemsCommand({
          TransactItems: [{ Get: { TableName: "items", Key: { id: { S: "a" } } } }], // 2 × 1
        }),
      );
      assert.deepEqual([await consumed("Write"), await consumed("Read")], [4, 2]);
    });

    it("round each item of a batch", async () => {
      const items = [item("a", 100), item("b", 1100)]; // 1 + 2
      const { ConsumedCapacity } = await dynamodb.send(
        new BatchWriteItemCommand({
          RequestItems: { items: items.map((Item) => ({ PutRequest: { Item } })) },
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      await dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: { items: { Keys: [{ id: { S: "a" } }, { id: { S: "b" } }], ConsistentRead: true } }, // 1 + 1
        }),
      );
      assert.deepEqual(ConsumedCapacity, [{ TableName: "items", CapacityUnits: 3 }]);
      assert.deepEqual([await consumed("Write"), await consumed("Read")], [3, 2]);
    });

    it("report a global index apart from its table", async () => {
      const index = { GlobalSecondaryIndexName: "by-owner" };
      const { ConsumedCapacity } = await put(item("a", 10, { owner: { S: "x" } }), {
        ReturnConsumedCapacity: "INDEXES",
      }); // the index gains an entry: 1
      assert.deepEqual(ConsumedCapacity, {
        TableName: "items",
        CapacityUnits: 2,
        Table: { CapacityUnits: 1 },
        GlobalSecondaryIndexes: { "by-owner": { CapacityUnits: 1 } },
      });
      await put(item("a", 20, { owner: { S: "x" } })); // the projection stays: 0
      await put(item("a", 20, { owner: { S: "y" } })); // a delete and a put: 2
      await put(item("a", 20)); // a delete: 1
      await put(item("b", 20, { owner: { S: "x" } })); // 1
      await dynamodb.send(
        new QueryCommand({
          TableName: "items",
          IndexName: "by-owner",
          KeyConditionExpression: "#o = :o",
          ExpressionAttributeNames: { "#o": "owner" },
          ExpressionAttributeValues: { ":o": { S: "x" } },
        }),
      );
      assert.deepEqual([await consumed("Write"), await consumed("Write", index)], [5, 5]);
      assert.deepEqual([await consumed("Read"), await consumed("Read", index)], [undefined, 0.5]);
      const query = { TableName: "items", Operation: "Query" };
      assert.deepEqual(await value("AWS/DynamoDB", "ReturnedItemCount", query), [1, "Count"]);
    });

    it("count failed conditions, which consume capacity, apart from user errors", async () => {
      await put(item("a", 3000)); // 3
      await assert.rejects(put(item("a", 10), { ConditionExpression: "attribute_not_exists(id)" })); // 3
      await assert.rejects(put(item("", 10)));
      const table = { TableName: "items" };
      assert.deepEqual(await value("AWS/DynamoDB", "ConditionalCheckFailedRequests", table), [1, "Count"]);
      assert.deepEqual(await value("AWS/DynamoDB", "UserErrors", {}), [1, "Count"]);
      assert.equal(await consumed("Write"), 6);
    });

    it("count throttles, system errors and the latency of successful requests by operation", async () => {
      const fault = (code: string, status: number) => ({
        service: "dynamodb",
        operation: "PutItem",
        fault: { kind: "error" as const, code, status },
        times: 1,
      });
      at.cloud.faults.set([fault(THROTTLED, 400)], 1);
      await assert.rejects(put(item("a", 1)));
      at.cloud.faults.set([fault("InternalServerError", 500)], 1);
      await assert.rejects(put(item("a", 1)));
      at.cloud.faults.set([], 1);
      await put(item("a", 1));
      const operation = { TableName: "items", Operation: "PutItem" };
      assert.deepEqual(await sums("AWS/DynamoDB", operation, ["ThrottledRequests", "SystemErrors"]), {
        ThrottledRequests: [1, "Count"],
        SystemErrors: [1, "Count"],
      });
      assert.deepEqual(await value("AWS/DynamoDB", "WriteThrottleEvents", { TableName: "items" }), [
        1,
        "Count",
      ]);
      assert.deepEqual(await value("AWS/DynamoDB", "SuccessfulRequestLatency", operation, "SampleCount"), [
        1,
        "Milliseconds",
      ]);
    });
  });

  describe("Firehose", () => {
    let firehose: FirehoseClient;
    const stream = { DeliveryStreamName: "d" };
    const create = async (more: object) => {
      firehose = client(FirehoseClient);
      const { call, administrator } = at.cloud;
      await call("s3", "CreateBucket", { Bucket: "lake" }, administrator);
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      });
      await call("iam", "CreateRole", { RoleName: "delivery", AssumeRolePolicyDocument }, administrator);
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      });
      await call(
        "iam",
        "PutRolePolicy",
        { RoleName: "delivery", PolicyName: "all", PolicyDocument },
        administrator,
      );
      const RoleARN = `arn:aws:iam::${at.cloud.accountId}:role/delivery`;
      await firehose.send(
        new CreateDeliveryStreamCommand({
          DeliveryStreamName: "d",
          ...more,
          ...("KinesisStreamSourceConfiguration" in more && {
            KinesisStreamSourceConfiguration: {
              KinesisStreamARN: String(more.KinesisStreamSourceConfiguration),
              RoleARN,
            },
          }),
          ExtendedS3DestinationConfiguration: {
            RoleARN,
            BucketARN: "arn:aws:s3:::lake",
            BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
          },
        }),
      );
      await at.advance(1000);
    };
    const delivered = {
      "DeliveryToS3.Records": [2, "Count"],
      "DeliveryToS3.Bytes": [8, "Bytes"],
      "DeliveryToS3.Success": [1, "Count"],
    };

    it("count Direct PUT and its delivery", async () => {
      await create({});
      const Records = ["abc", "defgh"].map((text) => ({ Data: Buffer.from(text) }));
      await firehose.send(new PutRecordBatchCommand({ ...stream, Records }));
      await at.advance(2 * MINUTE);
      const expected = {
        IncomingRecords: [2, "Count"],
        IncomingBytes: [8, "Bytes"],
        IncomingPutRequests: [1, "Count"],
        ThrottledRecords: [0, "Count"],
        "PutRecordBatch.Requests": [1, "Count"],
        "PutRecordBatch.Records": [2, "Count"],
        "PutRecordBatch.Bytes": [8, "Bytes"],
        ...delivered,
      };
      assert.deepEqual(await sums("AWS/Firehose", stream, Object.keys(expected)), expected);
      assert.deepEqual(await value("AWS/Firehose", "DeliveryToS3.DataFreshness", stream, "Maximum"), [
        60,
        "Seconds",
      ]);
    });

    it("count what is read from a data stream, and how far behind it is", async () => {
      const arn = await createStream(at, "s");
      await create({
        DeliveryStreamType: "KinesisStreamAsSource",
        KinesisStreamSourceConfiguration: arn,
      });
      const kinesis = client(KinesisClient);
      const Records = ["abc", "defgh"].map((text) => ({ Data: Buffer.from(text), PartitionKey: "k" }));
      await kinesis.send(new PutRecordsCommand({ StreamName: "s", Records }));
      await at.advance(2 * MINUTE);
      const expected = {
        "DataReadFromKinesisStream.Records": [2, "Count"],
        "DataReadFromKinesisStream.Bytes": [8, "Bytes"],
        KinesisMillisBehindLatest: [0, "Milliseconds"],
        ...delivered,
      };
      assert.deepEqual(await sums("AWS/Firehose", stream, Object.keys(expected)), expected);
    });
  });

  describe("Lambda", () => {
    let lambda: LambdaClient;
    const f = { FunctionName: "f" };
    beforeEach(() => {
      lambda = client(LambdaClient);
    });
    const invoke = (payload: object, InvocationType: "Event" | "RequestResponse" = "RequestResponse") =>
      lambda.send(new InvokeCommand({ ...f, InvocationType, Payload: Buffer.from(JSON.stringify(payload)) }));

    it("count invocations, with zero errors and throttles of successful ones", async () => {
      await createFunction(at, "f", "exports.handler = async (e) => { if (e.fail) throw new Error('x'); }");
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
      await createFunction(at, "f", "exports.handler = async () => {}");
      await lambda.send(new PutFunctionConcurrencyCommand({ ...f, ReservedConcurrentExecutions: 0 }));
      await assert.rejects(invoke({}), { name: "TooManyRequestsException" });
      const names = ["Throttles", "Invocations"];
      assert.deepEqual(await sums("AWS/Lambda", f, names), {
        Throttles: [1, "Count"],
        Invocations: undefined,
      });
    });

    it("count asynchronous events, their age and undeliverable dead letters", async () => {
      await createFunction(at, "f", "exports.handler = async () => { throw new Error('x'); }");
      const DeadLetterConfig = { TargetArn: `arn:aws:sqs:us-east-1:${at.cloud.accountId}:missing` };
      await lambda.send(new UpdateFunctionConfigurationCommand({ ...f, DeadLetterConfig }));
      await invoke({}, "Event");
      await at.advance(10 * MINUTE);
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
      const arn = await createStream(at, "s");
      await createFunction(at, "f", batchHandler());
      const { UUID = "" } = await map(at, arn, {
        MaximumBatchingWindowInSeconds: 60,
        MetricsConfig: { Metrics: ["EventCount"] },
      });
      const kinesis = client(KinesisClient);
      const record = { StreamName: "s", Data: Buffer.from("x"), PartitionKey: "k" };
      await kinesis.send(new PutRecordCommand(record));
      await at.advance(30_000);
      await kinesis.send(new PutRecordCommand(record));
      await at.advance(60_000);
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
      const arn = await createStream(at, "s");
      await createFunction(at, "f", batchHandler("throw new Error('x')"));
      const { UUID = "" } = await map(at, arn, {
        MaximumRetryAttempts: 0,
        MetricsConfig: { Metrics: ["EventCount"] },
        DestinationConfig: {
          OnFailure: { Destination: `arn:aws:sqs:us-east-1:${at.cloud.accountId}:dead` },
        },
      });
      const kinesis = client(KinesisClient);
      const Records = ["a", "b"].map((text) => ({ Data: Buffer.from(text), PartitionKey: "k" }));
      await kinesis.send(new PutRecordsCommand({ StreamName: "s", Records }));
      await at.advance(MINUTE);
      const mapping = { EventSourceMappingUUID: UUID };
      const names = [
        "FailedInvokeEventCount",
        "OnFailureDestinationDeliveredEventCount",
        "DroppedEventCount",
      ];
      assert.deepEqual(await sums("AWS/Lambda", mapping, names), {
        FailedInvokeEventCount: [2, "Count"],
        OnFailureDestinationDeliveredEventCount: [2, "Count"],
        DroppedEventCount: undefined,
      });
    });

    it("count the failures of a failure destination", async () => {
      const sqs = client(SQSClient);
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "gone" }));
      const arn = await createStream(at, "s");
      await createFunction(at, "f", batchHandler("throw new Error('x')"));
      await map(at, arn, {
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${at.cloud.accountId}:gone` } },
      });
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      const kinesis = client(KinesisClient);
      await kinesis.send(
        new PutRecordsCommand({ StreamName: "s", Records: [{ Data: Buffer.from("a"), PartitionKey: "k" }] }),
      );
      await at.advance(MINUTE);
      const { DestinationDeliveryFailures } = await sums("AWS/Lambda", { FunctionName: "f" }, [
        "DestinationDeliveryFailures",
      ]);
      assert.ok((DestinationDeliveryFailures?.[0] ?? 0) > 0);
    });
  });

  it("SQS counts messages, and reports the state of active queues every minute", async () => {
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    for (const MessageBody of ["abc", "defgh"])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await at.advance(2 * MINUTE);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const q = { QueueName: "q" };
    const expected = {
      NumberOfMessagesSent: [2, "Count"],
      SentMessageSize: [8, "Bytes"],
      NumberOfMessagesReceived: [2, "Count"],
      NumberOfMessagesDeleted: [2, "Count"],
      NumberOfEmptyReceives: [1, "Count"],
    };
    assert.deepEqual(await sums("AWS/SQS", q, Object.keys(expected)), expected);
    const visible = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", q] as const;
    assert.deepEqual(await value(...visible, "Maximum"), [2, "Count"]);
    assert.deepEqual(await value("AWS/SQS", "ApproximateAgeOfOldestMessage", q, "Maximum"), [120, "Seconds"]);
    await at.advance(7 * 60 * MINUTE);
    // Two samples before the last request, then one a minute for six hours, the end excluded.
    assert.deepEqual(await value(...visible, "SampleCount"), [361, "Count"]);
    assert.deepEqual(await value(...visible, "Minimum"), [0, "Count"]);
  });

  it("SNS counts published, filtered, delivered and failed messages", async () => {
    const sns = client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "alerts" }));
    await createFunction(at, "f", "exports.handler = async () => {}");
    const Endpoint = `arn:aws:lambda:us-east-1:${at.cloud.accountId}:function:f`;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint }));
    await sns.send(new PublishCommand({ TopicArn, Message: "12345" }));
    await at.advance(MINUTE);
    const alerts = { TopicName: "alerts" };
    // The function's policy does not allow SNS.
    assert.deepEqual(await value("AWS/SNS", "NumberOfNotificationsFailed", alerts), [1, "Count"]);
    await at.cloud.call(
      "lambda",
      "AddPermission",
      {
        FunctionName: "f",
        StatementId: "sns",
        Action: "lambda:InvokeFunction",
        Principal: "sns.amazonaws.com",
      },
      at.cloud.administrator,
    );
    await sns.send(new PublishCommand({ TopicArn, Message: "123" }));
    await at.advance(MINUTE);
    const expected = {
      NumberOfMessagesPublished: [2, "Count"],
      PublishSize: [8, "Bytes"],
      NumberOfNotificationsDelivered: [1, "Count"],
      NumberOfNotificationsFailed: [1, "Count"],
    };
    assert.deepEqual(await sums("AWS/SNS", alerts, Object.keys(expected)), expected);
  });

  it("Scheduler counts attempts and errors of targets by schedule group", async () => {
    const scheduler = client(SchedulerClient);
    await createFunction(at, "f", "exports.handler = async () => {}");
    const create = (Name: string, target: string) =>
      scheduler.send(
        new CreateScheduleCommand({
          Name,
          ScheduleExpression: "rate(5 minutes)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: {
            Arn: `arn:aws:lambda:us-east-1:${at.cloud.accountId}:function:${target}`,
            RoleArn: at.role,
          },
        }),
      );
    await create("good", "f");
    await create("bad", "missing");
    await at.advance(9 * MINUTE);
    const names = ["InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount"];
    assert.deepEqual(await sums("AWS/Scheduler", { ScheduleGroup: "default" }, names), {
      InvocationAttemptCount: [4, "Count"],
      TargetErrorCount: [2, "Count"],
      InvocationDroppedCount: [2, "Count"],
    });
  });

  it("Athena's metrics are summed over states and types by SEARCH", async () => {
    const athena = client(AthenaClient);
    const { call, administrator } = at.cloud;
    await call("s3", "CreateBucket", { Bucket: "results" }, administrator);
    await athena.send(
      new CreateWorkGroupCommand({
        Name: "w",
        Configuration: {
          PublishCloudWatchMetricsEnabled: true,
          ResultConfiguration: { OutputLocation: "s3://results/" },
        },
      }),
    );
    for (const QueryString of ["SELECT 1", "SELEC 2"])
      await athena.send(new StartQueryExecutionCommand({ QueryString, WorkGroup: "w" })).catch(() => {});
    const schema = "{AWS/Athena,QueryState,QueryType,WorkGroup}";
    const search = (metric: string) => `SEARCH('${schema} MetricName="${metric}" WorkGroup="w"', 'Sum', 300)`;
    const data = async (Expression: string) => {
      const { MetricDataResults = [] } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(Date.UTC(2026, 0, 15)),
          EndTime: new Date(Date.UTC(2026, 0, 16)),
          MetricDataQueries: [{ Id: "e1", Expression }],
        }),
      );
      return MetricDataResults.map(({ Values }) => Values);
    };
    for (let tries = 0; tries < 100 && (await data(search("ProcessedBytes"))).length === 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await data(`SUM(${search("ProcessedBytes")})`), [[0]]);
    const { Metrics = [] } = await cloudwatch.send(
      new ListMetricsCommand({
        Namespace: "AWS/Athena",
        Dimensions: [{ Name: "QueryState", Value: "SUCCEEDED" }],
      }),
    );
    assert.deepEqual(Metrics.map(({ MetricName }) => MetricName).sort(), [
      "EngineExecutionTime",
      "ProcessedBytes",
      "QueryPlanningTime",
      "QueryQueueTime",
      "ServiceProcessingTime",
      "TotalExecutionTime",
    ]);
  });
});

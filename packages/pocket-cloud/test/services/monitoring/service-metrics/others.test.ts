import { strict as assert } from "node:assert";
import { AthenaClient, CreateWorkGroupCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { GetMetricDataCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { createFunction } from "../../lambda/lab";
import { MINUTE, measuredLab } from "./measured";

describe("Metrics of SQS, SNS, Scheduler and Athena", () => {
  const { at, cloudwatch, client, value, sums } = measuredLab();
  it("SQS counts messages, and reports the state of active queues every minute", async () => {
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    for (const MessageBody of ["abc", "defgh"])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await at().advance(2 * MINUTE);
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
    await at().advance(7 * 60 * MINUTE);
    // Two samples before the last request, then one a minute for six hours, the end excluded.
    assert.deepEqual(await value(...visible, "SampleCount"), [361, "Count"]);
    assert.deepEqual(await value(...visible, "Minimum"), [0, "Count"]);
  });

  it("SNS counts published, filtered, delivered and failed messages", async () => {
    const sns = client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "alerts" }));
    await createFunction(at(), "f", "exports.handler = async () => {}");
    const Endpoint = `arn:aws:lambda:us-east-1:${at().cloud.accountId}:function:f`;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint }));
    await sns.send(new PublishCommand({ TopicArn, Message: "12345" }));
    await at().advance(MINUTE);
    const alerts = { TopicName: "alerts" };
    // The function's policy does not allow SNS.
    assert.deepEqual(await value("AWS/SNS", "NumberOfNotificationsFailed", alerts), [1, "Count"]);
    await at().cloud.call(
      "lambda",
      "AddPermission",
      {
        FunctionName: "f",
        StatementId: "sns",
        Action: "lambda:InvokeFunction",
        Principal: "sns.amazonaws.com",
      },
      at().cloud.administrator,
    );
    await sns.send(new PublishCommand({ TopicArn, Message: "123" }));
    await at().advance(MINUTE);
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
    await createFunction(at(), "f", "exports.handler = async () => {}");
    const create = (Name: string, target: string) =>
      scheduler.send(
        new CreateScheduleCommand({
          Name,
          ScheduleExpression: "rate(5 minutes)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: {
            Arn: `arn:aws:lambda:us-east-1:${at().cloud.accountId}:function:${target}`,
            RoleArn: at().role,
          },
        }),
      );
    await create("good", "f");
    await create("bad", "missing");
    await at().advance(9 * MINUTE);
    const names = ["InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount"];
    assert.deepEqual(await sums("AWS/Scheduler", { ScheduleGroup: "default" }, names), {
      InvocationAttemptCount: [4, "Count"],
      TargetErrorCount: [2, "Count"],
      InvocationDroppedCount: [2, "Count"],
    });
  });

  it("Athena's metrics are summed over states and types by SEARCH", async () => {
    const athena = client(AthenaClient);
    const { call, administrator } = at().cloud;
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
      const { MetricDataResults = [] } = await cloudwatch().send(
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
    const { Metrics = [] } = await cloudwatch().send(
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

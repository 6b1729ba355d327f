import { strict as assert } from "node:assert";
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { type Lab, lab } from "../lambda/lab";
import { MINUTE, putValues } from "./put-values";

describe("CloudWatch", () => {
  let at: Lab;
  let cloudwatch: CloudWatchClient;
  beforeEach(async () => {
    at = await lab();
    cloudwatch = new CloudWatchClient({ ...at.client, maxAttempts: 1 });
  });
  afterEach(async () => {
    cloudwatch.destroy();
    await at.end();
  });

  const put = (MetricName: string, Values: number[], minutesAgo = 0) =>
    putValues(at, cloudwatch, MetricName, Values, minutesAgo);

  it("raises an alarm, publishes it, and returns to OK", async () => {
    const admin = at.cloud.administrator;
    await at.cloud.call("sns", "CreateTopic", { Name: "alarms" }, admin);
    const { QueueUrl = "" } = await at.cloud.call(
      "sqs",
      "CreateQueue",
      {
        QueueName: "q",
        Attributes: {
          Policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "sns.amazonaws.com" },
                Action: "sqs:SendMessage",
                Resource: "*",
              },
            ],
          }),
        },
      },
      admin,
    );
    const TopicArn = "arn:aws:sns:us-east-1:000000000000:alarms";
    await at.cloud.call(
      "sns",
      "Subscribe",
      {
        TopicArn,
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:us-east-1:000000000000:q",
        Attributes: { RawMessageDelivery: "true" },
      },
      admin,
    );
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "errors",
        Namespace: "lake",
        MetricName: "errors",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 2,
        DatapointsToAlarm: 1,
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
        AlarmActions: [TopicArn],
      }),
    );
    const state = async () =>
      (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["errors"] }))).MetricAlarms?.[0]
        ?.StateValue;
    assert.equal(await state(), "INSUFFICIENT_DATA");
    await at.advance(MINUTE);
    assert.equal(await state(), "OK");
    await put("errors", [3]);
    await at.advance(2 * MINUTE);
    assert.equal(await state(), "ALARM");
    const { Messages } = await at.cloud.call("sqs", "ReceiveMessage", { QueueUrl }, admin);
    const { AlarmName, NewStateValue, OldStateValue } = JSON.parse(Messages?.[0]?.Body ?? "{}");
    assert.deepEqual([AlarmName, NewStateValue, OldStateValue], ["errors", "ALARM", "OK"]);
    await at.advance(5 * MINUTE);
    assert.equal(await state(), "OK");
  });

  it("states in JSON what an alarm's state comes from", async () => {
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "quiet",
        Namespace: "lake",
        MetricName: "m",
        Statistic: "Average",
        Unit: "Seconds",
        Period: 60,
        EvaluationPeriods: 2,
        Threshold: 2,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "breaching",
      }),
    );
    await at.advance(MINUTE);
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["quiet"] }));
    assert.deepEqual(JSON.parse(MetricAlarms?.[0]?.StateReasonData ?? "{}"), {
      version: "1.0",
      queryDate: "2026-01-15T12:01:00.000+0000",
      unit: "Seconds",
      statistic: "Average",
      period: 60,
      recentDatapoints: [],
      threshold: 2,
      evaluatedDatapoints: [
        { timestamp: "2026-01-15T12:00:00.000+0000" },
        { timestamp: "2026-01-15T11:59:00.000+0000" },
      ],
    });
  });
});

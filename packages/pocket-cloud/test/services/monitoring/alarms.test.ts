import { strict as assert } from "node:assert";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { createFunction, type Lab, lab, logged } from "../lambda/lab";

const MINUTE = 60_000;

describe("CloudWatch alarms", () => {
  let at: Lab;
  let cloudwatch: CloudWatch;
  const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";
  const AlarmName = "late";
  beforeEach(async () => {
    at = await lab();
    cloudwatch = new CloudWatch({ ...at.client, maxAttempts: 1 });
    await createFunction(
      at,
      "f",
      `exports.handler = async ({ alarmData: { alarmName, state, previousState } }) => {
         process.stdout.write(">" + [alarmName, previousState.value, state.value].join(" "));
       };`,
    );
    const permission = {
      FunctionName: "f",
      StatementId: "alarms",
      Action: "lambda:InvokeFunction",
      Principal: "lambda.alarms.cloudwatch.amazonaws.com",
    };
    await at.cloud.call("lambda", "AddPermission", permission, at.cloud.administrator);
    await cloudwatch.putMetricAlarm({
      AlarmName,
      Namespace: "lake",
      MetricName: "age",
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 100,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [FUNCTION],
    });
  });
  afterEach(async () => {
    cloudwatch.destroy();
    await at.end();
  });
  const measure = (Value: number) =>
    cloudwatch.putMetricData({
      Namespace: "lake",
      MetricData: [{ MetricName: "age", Value, Timestamp: new Date(at.cloud.clock.now()) }],
    });

  it("invoke a function whose policy allows it", async () => {
    await at.advance(MINUTE);
    await measure(250);
    await at.advance(2 * MINUTE);
    assert.deepEqual(await logged(at), ["late OK ALARM"]);
  });

  it("tell a topic the region's name, the unit and how few samples count", async () => {
    const { call, administrator } = at.cloud;
    const QueueArn = "arn:aws:sqs:us-east-1:000000000000:told";
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: QueueArn,
        },
      ],
    });
    const { TopicArn = "" } = await call("sns", "CreateTopic", { Name: "alarms" }, administrator);
    const { QueueUrl } = await call(
      "sqs",
      "CreateQueue",
      { QueueName: "told", Attributes: { Policy } },
      administrator,
    );
    const Attributes = { RawMessageDelivery: "True" };
    await call(
      "sns",
      "Subscribe",
      { TopicArn, Protocol: "sqs", Endpoint: QueueArn, Attributes },
      administrator,
    );
    await cloudwatch.putMetricAlarm({
      AlarmName: "busy",
      Namespace: "lake",
      MetricName: "cpu",
      Statistic: "Average",
      Unit: "Percent",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [TopicArn],
    });
    await cloudwatch.setAlarmState({ AlarmName: "busy", StateValue: "ALARM", StateReason: "drill" });
    await at.advance(1000);
    const { Messages } = await call("sqs", "ReceiveMessage", { QueueUrl }, administrator);
    const { Region, Trigger } = JSON.parse(Messages?.[0]?.Body ?? "{}");
    assert.deepEqual(
      [Region, Trigger.Unit, Trigger.EvaluateLowSampleCountPercentile],
      ["US East (N. Virginia)", "Percent", ""],
    );
  });

  it("have no tags when they are gone", async () => {
    const ResourceARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:gone";
    assert.deepEqual((await cloudwatch.listTagsForResource({ ResourceARN })).Tags, []);
  });

  it("run no actions while they are disabled", async () => {
    await at.advance(MINUTE);
    await cloudwatch.disableAlarmActions({ AlarmNames: [AlarmName] });
    await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "drill" });
    await at.advance(MINUTE);
    await cloudwatch.enableAlarmActions({ AlarmNames: [AlarmName] });
    await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "drill" });
    await at.advance(1000);
    assert.deepEqual(await logged(at), ["late OK ALARM"]);
  });

  it("are found by metric, have a history, and are deleted", async () => {
    const found = await cloudwatch.describeAlarmsForMetric({ Namespace: "lake", MetricName: "age" });
    assert.deepEqual(
      found.MetricAlarms?.map((alarm) => alarm.AlarmName),
      [AlarmName],
    );
    await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "drill" });
    const { AlarmHistoryItems } = await cloudwatch.describeAlarmHistory({ AlarmName });
    assert.equal(AlarmHistoryItems?.[0]?.HistorySummary, "Alarm updated from INSUFFICIENT_DATA to ALARM");
    await cloudwatch.deleteAlarms({ AlarmNames: [AlarmName] });
    assert.deepEqual((await cloudwatch.describeAlarms({})).MetricAlarms, []);
  });

  it("do not affect dashboards, which are listed and deleted", async () => {
    await cloudwatch.putDashboard({ DashboardName: "lake", DashboardBody: '{"widgets":[]}' });
    assert.deepEqual(
      (await cloudwatch.listDashboards({})).DashboardEntries?.map(({ DashboardName }) => DashboardName),
      ["lake"],
    );
    await cloudwatch.deleteDashboards({ DashboardNames: ["lake"] });
    assert.deepEqual((await cloudwatch.listDashboards({})).DashboardEntries, []);
  });

  it("have tags", async () => {
    const ResourceARN = `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${AlarmName}`;
    await cloudwatch.tagResource({
      ResourceARN,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await cloudwatch.untagResource({ ResourceARN, TagKeys: ["a"] });
    assert.deepEqual((await cloudwatch.listTagsForResource({ ResourceARN })).Tags, [
      { Key: "b", Value: "2" },
    ]);
  });
});

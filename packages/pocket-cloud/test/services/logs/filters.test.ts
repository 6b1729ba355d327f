import { strict as assert } from "node:assert";
import { gunzipSync } from "node:zlib";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { createFunction, createStream, type Lab, lab, logged, NOW } from "../lambda/lab";

describe("Filters of log groups", () => {
  let at: Lab;
  let logs: CloudWatchLogs;
  let metrics: CloudWatch;
  const logGroupName = "/app";
  beforeEach(async () => {
    at = await lab();
    logs = new CloudWatchLogs({ ...at.client, maxAttempts: 1 });
    metrics = new CloudWatch({ ...at.client, maxAttempts: 1 });
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: "one" });
  });
  afterEach(async () => {
    logs.destroy();
    metrics.destroy();
    await at.end();
  });
  const put = (...messages: object[]) =>
    logs.putLogEvents({
      logGroupName,
      logStreamName: "one",
      logEvents: messages.map((message) => ({
        timestamp: at.cloud.clock.now(),
        message: JSON.stringify(message),
      })),
    });
  const sum = async (MetricName: string, more: object = {}) => {
    await at.cloud.flush();
    const { Datapoints = [] } = await metrics.getMetricStatistics({
      Namespace: "App",
      MetricName,
      StartTime: new Date(NOW - 60_000),
      EndTime: new Date(NOW + 3_600_000),
      Period: 3600,
      Statistics: ["Sum", "SampleCount"],
      ...more,
    });
    return Datapoints.map(({ Sum, SampleCount }) => [Sum, SampleCount]);
  };

  it("count matching events, and take values and dimensions from them", async () => {
    await logs.putMetricFilter({
      logGroupName,
      filterName: "errors",
      filterPattern: '{ $.level = "ERROR" }',
      metricTransformations: [{ metricName: "Errors", metricNamespace: "App", metricValue: "1" }],
    });
    await logs.putMetricFilter({
      logGroupName,
      filterName: "latency",
      filterPattern: "{ $.millis > 0 }",
      metricTransformations: [
        {
          metricName: "Latency",
          metricNamespace: "App",
          metricValue: "$.millis",
          unit: "Milliseconds",
          dimensions: { Route: "$.route" },
        },
      ],
    });
    await put({ level: "ERROR", millis: 5, route: "/a" }, { level: "INFO", millis: 7, route: "/a" });
    await put({ level: "ERROR" });
    assert.deepEqual(await sum("Errors"), [[2, 2]]);
    assert.deepEqual(await sum("Latency", { Dimensions: [{ Name: "Route", Value: "/a" }] }), [[12, 2]]);
    const { metricFilters = [] } = await logs.describeMetricFilters({ logGroupName });
    assert.deepEqual(
      metricFilters.map(({ filterName }) => filterName),
      ["errors", "latency"],
    );
    await logs.deleteMetricFilter({ logGroupName, filterName: "errors" });
    await put({ level: "ERROR" });
    assert.deepEqual(await sum("Errors"), [[2, 2]]);
  });

  it("report the default value when nothing matches", async () => {
    await logs.putMetricFilter({
      logGroupName,
      filterName: "errors",
      filterPattern: "ERROR",
      metricTransformations: [
        { metricName: "Errors", metricNamespace: "App", metricValue: "1", defaultValue: 0 },
      ],
    });
    await put({ level: "INFO" });
    assert.deepEqual(await sum("Errors"), [[0, 1]]);
  });

  it("test a pattern without storing it", async () => {
    const { matches } = await logs.testMetricFilter({
      filterPattern: "[ip, status = 4*]",
      logEventMessages: ["10.0.0.1 200", "10.0.0.2 404"],
    });
    assert.deepEqual(
      matches?.map(({ eventNumber, eventMessage }) => [eventNumber, eventMessage]),
      [[2, "10.0.0.2 404"]],
    );
  });

  it("find events by a JSON pattern", async () => {
    await put({ level: "ERROR", code: 7 }, { level: "INFO", code: 9 });
    const { events = [] } = await logs.filterLogEvents({ logGroupName, filterPattern: "{ $.code > 8 }" });
    assert.deepEqual(
      events.map(({ message }) => message),
      ['{"level":"INFO","code":9}'],
    );
    await assert.rejects(logs.filterLogEvents({ logGroupName, filterPattern: "{ $.code > }" }), {
      name: "InvalidParameterException",
    });
  });

  it("send matching events to a stream, after a control message", async () => {
    const stream = await createStream(at, "s");
    await at.cloud.call(
      "iam",
      "UpdateAssumeRolePolicy",
      {
        RoleName: "worker",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "logs.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        }),
      },
      at.cloud.administrator,
    );
    const subscription = {
      logGroupName,
      filterName: "all",
      filterPattern: "{ $.level = ERROR }",
      destinationArn: stream,
    };
    await assert.rejects(logs.putSubscriptionFilter(subscription), {
      name: "InvalidParameterException",
      message: "destinationArn for vendor kinesis cannot be used without roleArn",
    });
    await assert.rejects(
      logs.putSubscriptionFilter({ ...subscription, destinationArn: `${stream}x`, roleArn: at.role }),
      /^InvalidParameterException: Could not deliver test message to specified Kinesis stream/,
    );
    await logs.putSubscriptionFilter({ ...subscription, roleArn: at.role });
    await put({ level: "ERROR" }, { level: "INFO" });
    await at.cloud.flush();
    const { ShardIterator } = await at.cloud.call(
      "kinesis",
      "GetShardIterator",
      { StreamARN: stream, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" },
      at.cloud.administrator,
    );
    const { Records = [] } = await at.cloud.call(
      "kinesis",
      "GetRecords",
      { ShardIterator },
      at.cloud.administrator,
    );
    const messages = Records.map(({ Data }) => JSON.parse(gunzipSync(Data as Uint8Array).toString()));
    assert.deepEqual(
      messages.map(({ messageType, logStream, subscriptionFilters, logEvents }) => [
        messageType,
        logStream,
        subscriptionFilters,
        logEvents[0].message,
      ]),
      [
        ["CONTROL_MESSAGE", "", [], "CWL CONTROL MESSAGE: Checking health of destination"],
        ["DATA_MESSAGE", "one", ["all"], '{"level":"ERROR"}'],
      ],
    );
  });

  it("invoke a function that allows it", async () => {
    await createFunction(
      at,
      "f",
      `exports.handler = async ({ awslogs }) => {
        const text = require("node:zlib").gunzipSync(Buffer.from(awslogs.data, "base64")).toString();
        process.stdout.write(">" + JSON.parse(text).logEvents.map(({ message }) => message).join(","));
      };`,
    );
    const destinationArn = `arn:aws:lambda:us-east-1:000000000000:function:f`;
    const subscription = { logGroupName, filterName: "all", filterPattern: "", destinationArn };
    await assert.rejects(
      logs.putSubscriptionFilter(subscription),
      /^InvalidParameterException: Could not execute the lambda function\. Make sure you have given CloudWatch Logs permission to execute your function\.$/,
    );
    await at.cloud.call(
      "lambda",
      "AddPermission",
      {
        FunctionName: "f",
        StatementId: "logs",
        Action: "lambda:InvokeFunction",
        Principal: "logs.amazonaws.com",
      },
      at.cloud.administrator,
    );
    await logs.putSubscriptionFilter(subscription);
    await put({ level: "ERROR" });
    await at.cloud.flush();
    await at.advance(1000);
    assert.deepEqual(await logged(at), ['{"level":"ERROR"}']);
    await logs.putSubscriptionFilter({ ...subscription, filterPattern: "[]" });
    await logs.putSubscriptionFilter(subscription);
    const { subscriptionFilters = [] } = await logs.describeSubscriptionFilters({ logGroupName });
    assert.equal(subscriptionFilters[0]?.applyOnTransformedLogs, false);
    assert.deepEqual(
      subscriptionFilters.map(({ filterName, distribution }) => [filterName, distribution]),
      [["all", "ByLogStream"]],
    );
    await logs.deleteSubscriptionFilter({ logGroupName, filterName: "all" });
    await put({ level: "WARN" });
    await at.advance(1000);
    assert.deepEqual(await logged(at), ['{"level":"ERROR"}']);
  });

  it("end with their group", async () => {
    await logs.putMetricFilter({
      logGroupName,
      filterName: "errors",
      filterPattern: "",
      metricTransformations: [{ metricName: "Errors", metricNamespace: "App", metricValue: "1" }],
    });
    await logs.deleteLogGroup({ logGroupName });
    await logs.createLogGroup({ logGroupName });
    assert.deepEqual((await logs.describeMetricFilters({ logGroupName })).metricFilters, []);
  });

  it("go to functions of the account only, and name groups of at most 512 characters", async () => {
    await assert.rejects(
      logs.putSubscriptionFilter({
        logGroupName: "absent",
        filterName: "test",
        filterPattern: "",
        destinationArn: "arn:aws:lambda:us-east-1:123456789012:function:test",
      }),
      {
        name: "AccessDeniedException",
        message:
          "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
      },
    );
    await assert.rejects(logs.deleteMetricFilter({ logGroupName: "a".repeat(513), filterName: "test" }), {
      name: "InvalidParameterException",
      message: "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
    });
  });
});

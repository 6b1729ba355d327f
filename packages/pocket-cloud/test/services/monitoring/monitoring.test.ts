import { strict as assert } from "node:assert";
import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { createFunction, type Lab, lab, NOW } from "../lambda/lab";
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

  it("labels metrics by what distinguishes the queries, as recorded by LocalStack's test_label_generation", async () => {
    const labels = async (...queries: [Stat: string, Period: number][]) => {
      const { MetricDataResults } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(NOW),
          EndTime: new Date(NOW + MINUTE),
          MetricDataQueries: queries.map(([Stat, Period], index) => ({
            Id: `m${index}`,
            MetricStat: { Metric: { Namespace: "lake", MetricName: "rows" }, Period, Stat },
          })),
        }),
      );
      return MetricDataResults?.map(({ Label }) => Label);
    };
    assert.deepEqual(await labels(["Sum", 60], ["Minimum", 30]), ["rows Sum 60", "rows Minimum 30"]);
    assert.deepEqual(await labels(["Sum", 60], ["Minimum", 60]), ["rows Sum", "rows Minimum"]);
    assert.deepEqual(await labels(["Sum", 60], ["Sum", 30]), ["rows 60", "rows 30"]);
    assert.deepEqual(await labels(["Sum", 60]), ["rows"]);
  });

  it("finds nothing in a unit that was not stored", async () => {
    await put("rows", [1, 2]);
    const values = async (Unit: "Seconds" | "None") =>
      (
        await cloudwatch.send(
          new GetMetricDataCommand({
            StartTime: new Date(NOW),
            EndTime: new Date(NOW + MINUTE),
            MetricDataQueries: [
              {
                Id: "m",
                MetricStat: {
                  Metric: { Namespace: "lake", MetricName: "rows" },
                  Period: 60,
                  Stat: "Sum",
                  Unit,
                },
              },
            ],
          }),
        )
      ).MetricDataResults?.[0]?.Values;
    assert.deepEqual([await values("Seconds"), await values("None")], [[], [3]]);
  });

  it("computes statistics by period", async () => {
    await put("rows", [1, 2, 3, 10]);
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "lake",
        MetricName: "rows",
        StartTime: new Date(NOW),
        EndTime: new Date(NOW + MINUTE),
        Period: 60,
        Statistics: ["Sum", "Average", "Maximum", "SampleCount"],
        ExtendedStatistics: ["p50"],
      }),
    );
    const [{ Sum, Average, Maximum, SampleCount, ExtendedStatistics } = {}] = Datapoints ?? [];
    assert.deepEqual(
      { Sum, Average, Maximum, SampleCount, ExtendedStatistics },
      { Sum: 16, Average: 4, Maximum: 10, SampleCount: 4, ExtendedStatistics: { p50: 2 } },
    );
  });

  it("refuses old and future samples and invalid periods", async () => {
    const invalid = (message: string) => ({ name: "InvalidParameterValueException", message });
    await assert.rejects(
      put("rows", [1], 15 * 24 * 60),
      invalid(
        "The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past.",
      ),
    );
    const MetricData = [{ MetricName: "rows", Value: 1, Timestamp: new Date(Date.now() + 3 * 3_600_000) }];
    await assert.rejects(
      cloudwatch.send(new PutMetricDataCommand({ Namespace: "lake", MetricData })),
      invalid(
        "The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.",
      ),
    );
    // A time near the machine's clock is accepted too.
    MetricData[0] = { MetricName: "rows", Value: 1, Timestamp: new Date() };
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: "lake", MetricData }));
    const metric = { Namespace: "lake", MetricName: "rows" };
    const span = { StartTime: new Date(NOW), EndTime: new Date(NOW + MINUTE) };
    await assert.rejects(
      cloudwatch.send(new GetMetricStatisticsCommand({ ...metric, ...span, Period: 7, Statistics: ["Sum"] })),
      invalid("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60."),
    );
    await assert.rejects(
      cloudwatch.send(
        new PutMetricAlarmCommand({
          ...metric,
          AlarmName: "odd",
          Period: 45,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: "GreaterThanThreshold",
          Statistic: "Sum",
        }),
      ),
      { message: "Period must be 10, 20, 30 or a multiple of 60" },
    );
  });

  it("refuses more data points than AWS returns, and periods that never advance", async () => {
    const metric = { Namespace: "lake", MetricName: "rows" };
    const span = { StartTime: new Date(NOW - 3 * 24 * 60 * MINUTE), EndTime: new Date(NOW) };
    await assert.rejects(
      cloudwatch.send(
        new GetMetricStatisticsCommand({ ...metric, ...span, Period: 60, Statistics: ["Sum"] }),
      ),
      {
        name: "InvalidParameterCombinationException",
        message:
          "You have requested up to 4320 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
      },
    );
    const read = (Period: number, Expression?: string) =>
      cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(0),
          EndTime: new Date(3_999_999_984_000),
          MetricDataQueries: [
            { Id: "a", MetricStat: { Metric: metric, Period, Stat: "Sum" } },
            ...(Expression === undefined ? [] : [{ Id: "b", Expression }]),
          ],
        }),
      );
    assert.deepEqual((await read(10)).MetricDataResults?.[0]?.Values, []);
    await assert.rejects(read(60, "FILL(a, 0)"), /more than 100800 periods/);
    await assert.rejects(
      read(0, "FILL(a, 0)"),
      /Value '0' at 'metricDataQueries.1.member.metricStat.period' failed/,
    );
    await assert.rejects(read(7, "FILL(a, 0)"), /must be 1, 5, 10, 20, 30, or a multiple of 60/);
  });

  it("extracts embedded metrics from logs", async () => {
    const emf = {
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          { Namespace: "lake", Dimensions: [["feed"]], Metrics: [{ Name: "Rows", Unit: "Count" }] },
        ],
      },
      feed: "crypto",
      Rows: 250,
    };
    await createFunction(
      at,
      "f",
      `exports.handler = async () => { console.log(JSON.stringify(${JSON.stringify(emf)})); }`,
    );
    await at.cloud.call("lambda", "Invoke", { FunctionName: "f" }, at.cloud.administrator);
    await at.advance(5000);
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: "lake" }));
    assert.deepEqual(Metrics, [
      { Namespace: "lake", MetricName: "Rows", Dimensions: [{ Name: "feed", Value: "crypto" }] },
    ]);
  });

  it("restores its metrics after a restart", async () => {
    await put("rows", [5]);
    at = await at.restart();
    cloudwatch.destroy();
    cloudwatch = new CloudWatchClient({ ...at.client, maxAttempts: 1 });
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ MetricName: "rows" }));
    assert.equal(Metrics?.length, 1);
  });

  it("stores dashboards and refuses invalid JSON", async () => {
    const DashboardBody = '{"widgets":[]}';
    await cloudwatch.send(new PutDashboardCommand({ DashboardName: "lake", DashboardBody }));
    assert.equal(
      (await cloudwatch.send(new GetDashboardCommand({ DashboardName: "lake" }))).DashboardBody,
      DashboardBody,
    );
    await assert.rejects(
      cloudwatch.send(new PutDashboardCommand({ DashboardName: "lake", DashboardBody: "{" })),
      { message: "The field DashboardBody must be a valid JSON object" },
    );
  });

  it("keeps the values of a metric apart by unit", async () => {
    const Timestamp = new Date(at.cloud.clock.now());
    const datum = (Value: number, Unit?: "Seconds" | "Count") => ({
      MetricName: "m",
      Timestamp,
      Value,
      Unit,
    });
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: "lake",
        MetricData: [datum(1, "Seconds"), datum(5, "Count"), datum(10)],
      }),
    );
    const range = { StartTime: Timestamp, EndTime: new Date(Timestamp.getTime() + MINUTE) };
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...range,
        Namespace: "lake",
        MetricName: "m",
        Period: 60,
        Statistics: ["Average"],
      }),
    );
    assert.deepEqual(
      Datapoints?.map(({ Average, Unit }) => [Average, Unit]),
      [
        [1, "Seconds"],
        [5, "Count"],
        [10, "None"],
      ],
    );
    const query = (Unit?: "Seconds" | "Bytes") => ({
      Id: "m1",
      MetricStat: { Metric: { Namespace: "lake", MetricName: "m" }, Period: 60, Stat: "Sum", Unit },
    });
    const values = async (Unit?: "Seconds" | "Bytes") =>
      (await cloudwatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries: [query(Unit)] })))
        .MetricDataResults?.[0]?.Values;
    assert.deepEqual([await values("Seconds"), await values("Bytes"), await values()], [[1], [], [16]]);
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: "lake" }));
    assert.equal(Metrics?.length, 1);
    at = await at.restart();
    cloudwatch.destroy();
    cloudwatch = new CloudWatchClient({ ...at.client, maxAttempts: 1 });
    assert.deepEqual(await values("Seconds"), [1]);
  });

  it("refuses statistics, pages, alarms and deletions without what they need", async () => {
    const range = { StartTime: new Date(NOW), EndTime: new Date(NOW + MINUTE), Period: 60 };
    await assert.rejects(
      cloudwatch.send(new GetMetricStatisticsCommand({ ...range, Namespace: "lake", MetricName: "m" })),
      { message: "Must specify either Statistics or ExtendedStatistics" },
    );
    await assert.rejects(cloudwatch.send(new ListMetricsCommand({ NextToken: "other" })), {
      message: "Request parameter NextToken is invalid",
    });
    await assert.rejects(
      cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: "few",
          Namespace: "lake",
          MetricName: "m",
          ExtendedStatistic: "p90",
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: "GreaterThanThreshold",
          EvaluateLowSampleCountPercentile: "unknown",
        }),
      ),
      {
        message:
          "Option unknown is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.",
      },
    );
    await assert.rejects(cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [] })), {
      message: "Need to specify at least 1 dashboard",
    });
  });
});

import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { alarms, type SingleAlarm } from "../../infra/monitoring/alarms";
import type { Monitored } from "../../infra/monitoring/dashboard";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { connectionOf } from "../support/cloud";
import { caughtUp } from "./caught-up";

const HOUR = 3_600_000;

/** Metrics without data while nothing fails, and why. */
const ONLY_FAILURES: Readonly<Record<string, string>> = {
  ReadThrottleEvents: "DynamoDB reports only values above zero",
  WriteThrottleEvents: "DynamoDB reports only values above zero",
  OnFailureDestinationDeliveredEventCount: "Lambda reports it when a batch goes to the failure destination",
  DroppedEventCount: "Lambda reports it when a batch is discarded without a destination",
  DestinationDeliveryFailures: "Lambda reports it when the failure destination cannot be written",
  Fallback: "the poller reports it when it uses its fallback source",
};

/** Alarms of the Direct PUT delivery and its function: the catch-up sends all samples through streams. */
const UNUSED = ["stocks-direct-freshness", "transform-stocks-errors", "transform-stocks-throttles"];

/** Functions that a catch-up need not run: the reconciler runs at 01:30 UTC, and `--once` publishes no site. */
const NOT_RUN = /reconcile|publish-reports/;

/** Metrics of failures that AWS reports as zero while nothing fails. */
const ZEROS = [
  "Errors",
  "Throttles",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
];

type Line = readonly [string, string, string, string, { readonly stat: string }];
type Computed = readonly [{ readonly expression: string; readonly id: string }];

const metricOf = (line: Line | Computed): string => (line.length === 1 ? line[0].expression : line[1]);

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly period: number;
    readonly metrics: readonly (Line | Computed)[];
  };
}

describe("Metrics after a catch-up", function () {
  this.timeout(180_000);
  let cloud: Cloud;
  let cloudwatch: CloudWatchClient;
  let widgets: readonly Widget[];
  let began = 0;

  before(async () => {
    const { dir, from } = await caughtUp();
    began = from;
    // Only the metrics are needed, at the time when the catch-up began.
    cloud = await startCloud({
      dir,
      services: ["monitoring"],
      clock: { simulateFrom: began - 10 * 60_000 },
    });
    cloudwatch = new CloudWatchClient(connectionOf(cloud));
    const { DashboardEntries = [] } = await cloudwatch.send(new ListDashboardsCommand({}));
    const names = DashboardEntries.map(({ DashboardName }) => DashboardName);
    const bodies = await Promise.all(
      names.map((DashboardName) => cloudwatch.send(new GetDashboardCommand({ DashboardName }))),
    );
    widgets = bodies
      .flatMap(({ DashboardBody = "{}" }) => (JSON.parse(DashboardBody) as { widgets: Widget[] }).widgets)
      .filter(({ type }) => type === "metric");
  });
  after(async () => {
    cloudwatch?.destroy();
    await cloud?.stop();
  });

  /** The values of queries from before the catch-up until now. */
  async function valuesOf(MetricDataQueries: MetricDataQuery[]): Promise<number[]> {
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(began - HOUR),
        EndTime: new Date(Date.now() + HOUR),
      }),
    );
    return MetricDataResults.flatMap(({ Values = [] }) => Values);
  }

  const query = (line: Line | Computed, Period: number, at: number): MetricDataQuery => {
    if (line.length === 1) return { Id: line[0].id, Expression: line[0].expression };
    const [Namespace, MetricName, Name, Value, { stat }] = line;
    const Metric = { Namespace, MetricName, Dimensions: [{ Name, Value }] };
    return { Id: `m${at}`, MetricStat: { Metric, Period, Stat: stat } };
  };

  it("give data to every graph of the dashboard, for each of its metrics", async () => {
    assert.ok(widgets.length >= 15, `${widgets.length} graphs`);
    const empty: string[] = [];
    for (const { properties } of widgets) {
      const { title, period, metrics } = properties;
      for (const name of new Set(metrics.map(metricOf))) {
        const lines = metrics.filter((line) => metricOf(line) === name);
        const values = await valuesOf(lines.map((line, at) => query(line, period, at)));
        const notRun = lines.every((line) => line.length > 1 && NOT_RUN.test(String(line[3])));
        if (values.length === 0 && !(name in ONLY_FAILURES) && !notRun) empty.push(`${title}: ${name}`);
      }
    }
    assert.deepEqual(empty, []);
  });

  it("are zero where nothing failed", async () => {
    const lines = widgets.flatMap(({ properties }) => properties.metrics);
    for (const metric of ZEROS) {
      const queries = lines.filter((line) => line[1] === metric).map((line, at) => query(line, 300, at));
      assert.deepEqual([metric, [...new Set(await valuesOf(queries))]], [metric, [0]]);
    }
  });

  it("let every alarm be evaluated on data, except alarms on what has not happened", async () => {
    const limits = { pollSeconds: 300, publishMinutes: 5, bufferSeconds: 60, batchWindowSeconds: 60 };
    const program = alarms(await monitored(), limits).filter(
      (alarm): alarm is SingleAlarm => !("expression" in alarm) && !NOT_RUN.test(alarm.name),
    );
    const noData: string[] = [];
    const byEnd = new Map<number, SingleAlarm[]>();
    for (const alarm of program) {
      const newest = await newestOf(alarm);
      const period = alarm.periodSeconds * 1000;
      const end = Math.floor((newest ?? 0) / period + 1) * period;
      if (newest === undefined && !(alarm.metric in ONLY_FAILURES)) noData.push(alarm.name);
      if (newest === undefined) continue;
      byEnd.set(end, [...(byEnd.get(end) ?? []), alarm]);
    }
    assert.deepEqual(
      noData.sort(),
      UNUSED.map((name) => `pricelake-local-${name}`),
    );
    for (const [end, group] of [...byEnd].sort(([a], [b]) => a - b))
      for (const { StateValue, StateReason = "" } of await evaluate(group, end)) {
        assert.match(StateReason, /^Threshold Crossed: 0 out of the last \d datapoints \[\d/);
        assert.equal(StateValue, "OK");
      }
  });

  /** The time of the newest datapoint of an alarm's metric. */
  async function newestOf({
    namespace,
    metric,
    dimension,
    statistic,
  }: SingleAlarm): Promise<number | undefined> {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: metric,
        Dimensions: [{ Name: dimension[0], Value: String(dimension[1]) }],
        StartTime: new Date(began - HOUR),
        EndTime: new Date(Date.now() + HOUR),
        Period: 60,
        Statistics: [statistic],
      }),
    );
    return Datapoints.at(-1)?.Timestamp?.getTime();
  }

  /** The states of alarms that are created at the end of a period and evaluated a minute later. */
  async function evaluate(group: readonly SingleAlarm[], end: number): Promise<MetricAlarm[]> {
    await cloud.clock.advanceTo(end);
    for (const alarm of group)
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: alarm.name,
          Namespace: alarm.namespace,
          MetricName: alarm.metric,
          Dimensions: [{ Name: alarm.dimension[0], Value: String(alarm.dimension[1]) }],
          Statistic: alarm.statistic,
          Threshold: alarm.above,
          Period: alarm.periodSeconds,
          EvaluationPeriods: alarm.periods,
          ComparisonOperator: "GreaterThanThreshold",
          TreatMissingData: alarm.missingData,
        }),
      );
    await cloud.clock.advanceTo(end + 60_000);
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: group.map(({ name }) => name) }));
    return MetricAlarms;
  }

  /** The resources of the dashboard, by its lines. */
  async function monitored(): Promise<Monitored> {
    const lines = widgets.flatMap(({ properties }) => properties.metrics).filter((line) => line.length > 1);
    const named = (metric: string) =>
      lines.filter((line) => line[1] === metric).map((line) => String(line[3]));
    const readers = named("IteratorAge");
    const { Metrics = [] } = await cloudwatch.send(
      new ListMetricsCommand({ MetricName: "PolledEventCount" }),
    );
    const fromStream = named("DataReadFromKinesisStream.Records");
    const [poller] = named("SourceAge");
    return {
      region: cloud.region,
      streams: named("IncomingRecords"),
      deliveries: named("DeliveryToS3.Records").map((name) => ({
        name,
        fromStream: fromStream.includes(name),
      })),
      functions: named("Errors").map((name) => ({ name, readsStream: readers.includes(name) })),
      mappings: Metrics.map(({ Dimensions = [] }) => ({
        functionName: randomUUID(),
        uuid: Dimensions[0]?.Value ?? "",
        stream: "",
      })),
      tables: named("ConsumedWriteCapacityUnits"),
      queues: named("ApproximateNumberOfMessagesVisible"),
      workgroup: "",
      poller,
      reconciler: undefined,
      publisher: undefined,
      compactor: undefined,
    };
  }
});

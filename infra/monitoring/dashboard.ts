import type { Input } from "@pulumi/pulumi";

/** The resources that the dashboard and the alarms cover, by physical name. */
export interface Monitored {
  readonly region: string;
  readonly streams: readonly string[];
  readonly deliveries: readonly { readonly name: string; readonly fromStream: boolean }[];
  readonly functions: readonly {
    readonly name: string;
    readonly readsStream: boolean;
    /** Whether each poll brings it records. */
    readonly expectsRecords?: boolean;
  }[];
  /** Event source mappings. */
  readonly mappings: readonly {
    readonly functionName: string;
    readonly uuid: Input<string>;
    readonly stream: string;
  }[];
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  readonly workgroup: string;
  /** The function that polls the price source, if any. */
  readonly poller: string | undefined;
  /** The function that compares the stages of each day, if any. */
  readonly reconciler: string | undefined;
  /** The function that publishes reports, if any. */
  readonly publisher: string | undefined;
  /** The function that compacts closed days, if any. */
  readonly compactor: string | undefined;
}

/** [namespace, metric, dimension, value, options]. */
type Line = readonly [string, string, string, string, { readonly stat: string }];

/** A metric math expression. */
type Computed = readonly [{ readonly expression: string; readonly label: string; readonly id: string }];

interface Graph {
  readonly title: string;
  readonly lines: readonly (Line | Computed)[];
}

const each = (
  items: readonly string[],
  namespace: string,
  dimension: string,
  metrics: Readonly<Record<string, string>>,
) =>
  items.flatMap((item) =>
    Object.entries(metrics).map(([metric, stat]): Line => [namespace, metric, dimension, item, { stat }]),
  );

/** The pipeline from source to query, one graph per question. */
export function graphs(resources: Monitored): readonly Graph[] {
  const functions = resources.functions.map(({ name }) => name);
  const readers = resources.functions.filter(({ readsStream }) => readsStream).map(({ name }) => name);
  const deliveries = resources.deliveries.map(({ name }) => name);
  const fromStream = resources.deliveries.filter((delivery) => delivery.fromStream).map(({ name }) => name);
  const firehose = (metrics: Readonly<Record<string, string>>, items = deliveries) =>
    each(items, "AWS/Firehose", "DeliveryStreamName", metrics);
  const lambda = (metrics: Readonly<Record<string, string>>, items = functions) =>
    each(items, "AWS/Lambda", "FunctionName", metrics);
  const custom = (metrics: Readonly<Record<string, string>>, items = functions) =>
    each(items, "pricelake", "FunctionName", metrics);
  const reconciler = resources.reconciler ? [resources.reconciler] : [];
  const compactor = resources.compactor ? [resources.compactor] : [];
  return [
    {
      title: "Age of the source's newest price (s)",
      lines: custom({ SourceAge: "Maximum" }, resources.poller ? [resources.poller] : []),
    },
    {
      title: "Incoming records",
      lines: each(resources.streams, "AWS/Kinesis", "StreamName", { IncomingRecords: "Sum" }),
    },
    {
      title: "Incoming bytes",
      lines: each(resources.streams, "AWS/Kinesis", "StreamName", { IncomingBytes: "Sum" }),
    },
    {
      title: "Throttled writes and reads of streams",
      lines: each(resources.streams, "AWS/Kinesis", "StreamName", {
        WriteProvisionedThroughputExceeded: "Sum",
        ReadProvisionedThroughputExceeded: "Sum",
      }),
    },
    {
      title: "How far functions are behind the stream (ms)",
      lines: lambda({ IteratorAge: "Maximum" }, readers),
    },
    {
      title: "How far Firehose is behind the stream (ms)",
      lines: firehose({ KinesisMillisBehindLatest: "Maximum" }, fromStream),
    },
    {
      title: "Age of the oldest undelivered record (s)",
      lines: firehose({ "DeliveryToS3.DataFreshness": "Maximum" }),
    },
    {
      title: "Firehose: records in and out",
      lines: [
        ...firehose({ "DataReadFromKinesisStream.Records": "Sum" }, fromStream),
        ...firehose({ "DeliveryToS3.Records": "Sum" }),
      ],
    },
    { title: "Firehose: bytes to S3", lines: firehose({ "DeliveryToS3.Bytes": "Sum" }) },
    { title: "Function errors", lines: lambda({ Errors: "Sum" }) },
    { title: "Function throttles", lines: lambda({ Throttles: "Sum" }) },
    { title: "Function duration (ms)", lines: lambda({ Duration: "p95" }) },
    {
      title: "Daily comparison: events that differ, feeds not compared",
      lines: custom({ Differences: "Sum", Unchecked: "Sum" }, reconciler),
    },
    {
      title: "Published reports, failed ones, and messages",
      lines: custom(
        { Published: "Sum", Unpublished: "Sum", Delivered: "Sum", Undelivered: "Sum" },
        resources.publisher ? [resources.publisher] : [],
      ),
    },
    {
      title: "Compaction: days that failed, days that wait",
      lines: custom({ FailedDays: "Sum", DaysBehind: "Maximum" }, compactor),
    },
    { title: "Rows quarantined", lines: custom({ Quarantined: "Sum" }) },
    {
      title: "DynamoDB: capacity consumed",
      lines: each(resources.tables, "AWS/DynamoDB", "TableName", {
        ConsumedWriteCapacityUnits: "Sum",
        ConsumedReadCapacityUnits: "Sum",
      }),
    },
    {
      title: "DynamoDB: throttles",
      lines: each(resources.tables, "AWS/DynamoDB", "TableName", {
        WriteThrottleEvents: "Sum",
        ReadThrottleEvents: "Sum",
      }),
    },
    {
      title: "Dead letters waiting",
      lines: each(resources.queues, "AWS/SQS", "QueueName", {
        ApproximateNumberOfMessagesVisible: "Maximum",
      }),
    },
    { title: "Athena: bytes scanned", lines: [scannedBytes(resources.workgroup)] },
  ].filter(({ lines }) => lines.length > 0);
}

/** Athena reports ProcessedBytes per query state and type: the graph shows the sum over all of them. */
const scannedBytes = (workgroup: string): Computed => {
  const metric = `{AWS/Athena,QueryState,QueryType,WorkGroup} MetricName="ProcessedBytes" WorkGroup="${workgroup}"`;
  return [{ expression: `SUM(SEARCH('${metric}', 'Sum', 300))`, label: workgroup, id: "scanned" }];
};

const WIDTH = 8;
const HEIGHT = 6;
const COLUMNS = 3;

/** CloudWatch's dashboard body. */
export const dashboardBody = (resources: Monitored): string =>
  JSON.stringify({
    widgets: graphs(resources).map(({ title, lines }, at) => ({
      type: "metric",
      x: (at % COLUMNS) * WIDTH,
      y: Math.floor(at / COLUMNS) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: { title, region: resources.region, view: "timeSeries", period: 300, metrics: lines },
    })),
  });

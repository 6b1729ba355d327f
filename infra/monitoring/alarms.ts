import type { Input } from "@pulumi/pulumi";
import type { Monitored } from "./dashboard";

/** One CloudWatch alarm, as data. */
export type Alarm = SingleAlarm | ComputedAlarm;

interface Condition {
  readonly name: string;
  readonly description: string;
  readonly above: number;
  readonly periodSeconds: number;
  /** How many of the last periods are evaluated. */
  readonly periods: number;
  /** How many of them must be above the threshold; all by default. */
  readonly breaches?: number;
  /** How missing data is treated: notBreaching for error counters, breaching for heartbeats. */
  readonly missingData: "notBreaching" | "breaching";
}

interface Metric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [string, Input<string>];
}

export interface SingleAlarm extends Condition, Metric {
  readonly statistic: "Sum" | "Maximum";
}

/** An alarm on metric math over sums. */
export interface ComputedAlarm extends Condition {
  readonly expression: string;
  readonly label: string;
  readonly metrics: Readonly<Record<string, Metric>>;
}

export interface Limits {
  /** Seconds between two polls. */
  readonly pollSeconds: number;
  /** Minutes between two publications. */
  readonly publishMinutes: number;
  readonly bufferSeconds: number;
  readonly batchWindowSeconds: number;
}

export const alarms = (resources: Monitored, limits: Limits): readonly Alarm[] => [
  ...resources.deliveries.map(({ name }) => staleDelivery(name, limits)),
  ...resources.functions
    .filter(({ readsStream }) => readsStream)
    .map(({ name, expectsRecords }) => lag(name, limits, expectsRecords)),
  ...resources.functions.map(({ name }) => ({
    ...counter(`${name}-errors`, "AWS/Lambda", "Errors", ["FunctionName", name], 2),
    // The poller runs once per poll: shorter periods between two polls would have no data.
    ...(name === resources.poller && { periodSeconds: pollPeriod(limits) }),
    // These run once a day.
    ...((name === resources.reconciler || name === resources.compactor) && { periods: 1 }),
    ...(name === resources.publisher && { periodSeconds: publishPeriod(limits) }),
  })),
  ...resources.functions.map(({ name }) =>
    counter(`${name}-throttles`, "AWS/Lambda", "Throttles", ["FunctionName", name], 3),
  ),
  ...resources.mappings.map(({ functionName, uuid }) =>
    counter(
      `${functionName}-given-up`,
      "AWS/Lambda",
      // Batches that went to the failure destination.
      "OnFailureDestinationDeliveredEventCount",
      ["EventSourceMappingUUID", uuid],
      1,
    ),
  ),
  ...resources.mappings.flatMap(({ functionName, uuid }) => [
    // Records given up without a destination. They are no errors of the function.
    counter(
      `${functionName}-dropped`,
      "AWS/Lambda",
      "DroppedEventCount",
      ["EventSourceMappingUUID", uuid],
      1,
    ),
    counter(
      `${functionName}-destination-failures`,
      "AWS/Lambda",
      "DestinationDeliveryFailures",
      ["FunctionName", functionName],
      1,
    ),
  ]),
  ...resources.streams.map((name) =>
    counter(
      `${name}-throttles`,
      "AWS/Kinesis",
      "WriteProvisionedThroughputExceeded",
      ["StreamName", name],
      3,
    ),
  ),
  ...resources.tables.map((name) =>
    counter(`${name}-store-throttles`, "AWS/DynamoDB", "WriteThrottleEvents", ["TableName", name], 3),
  ),
  ...resources.queues.map(deadLetters),
  ...resources.mappings.map(unread),
  ...(resources.reconciler ? reconciliation(resources.reconciler) : []),
  ...(resources.publisher ? publishing(resources.publisher, limits) : []),
  ...(resources.compactor ? compaction(resources.compactor) : []),
  ...(resources.poller ? [staleSource(resources.poller, limits), fallback(resources.poller, limits)] : []),
];

/** CloudWatch's periods are whole minutes. */
const pollPeriod = ({ pollSeconds }: Limits): number => Math.max(300, 60 * Math.ceil(pollSeconds / 60));

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * A mapping that stopped emits nothing, and neither does one of a stream without records: only both metrics together tell
 * them apart. Records of an hour's last minute are read in the next hour, so one such hour is no fault; two of a day are.
 */
const unread = ({ functionName, uuid, stream }: Monitored["mappings"][number]): ComputedAlarm => ({
  name: `${functionName}-unread`,
  description: "The stream gets records that the function's event source mapping does not read",
  expression: "IF(FILL(incoming, 0) > 0 AND FILL(polled, 0) == 0, 1, 0)",
  label: "Hours with records that were not read",
  metrics: {
    incoming: { namespace: "AWS/Kinesis", metric: "IncomingRecords", dimension: ["StreamName", stream] },
    polled: {
      namespace: "AWS/Lambda",
      metric: "PolledEventCount",
      dimension: ["EventSourceMappingUUID", uuid],
    },
  },
  above: 0,
  periodSeconds: HOUR,
  periods: 24,
  breaches: 2,
  missingData: "notBreaching",
});

/** The result of the daily comparison, and its heartbeat: two days without a complete one. */
const reconciliation = (name: string): readonly Alarm[] => [
  {
    ...counter(`${name}-differences`, "pricelake", "Differences", ["FunctionName", name], 1),
    description: "Events of a closed day are lost, doubled or not shown; npm run reconcile names them",
    periodSeconds: DAY,
  },
  {
    ...counter(`${name}-heartbeat`, "pricelake", "Unchecked", ["FunctionName", name], 2),
    description: "For two days no comparison of all feeds has been completed",
    periodSeconds: DAY,
    missingData: "breaching",
  },
];

/** CloudWatch's longest period is a day. */
const publishPeriod = ({ publishMinutes }: Limits): number => Math.min(DAY, 60 * publishMinutes);

/** Reports that could not be published or sent. The first one is also the heartbeat: without it there is no metric at all. */
const publishing = (name: string, limits: Limits): readonly Alarm[] => [
  {
    ...counter(`${name}-unpublished`, "pricelake", "Unpublished", ["FunctionName", name], 3),
    description: "Reports are not published, or publishing has stopped: the site shows old figures",
    periodSeconds: publishPeriod(limits),
    missingData: "breaching",
  },
  {
    ...counter(`${name}-undelivered`, "pricelake", "Undelivered", ["FunctionName", name], 2),
    description: "A report met its condition, and its message could not be sent",
    periodSeconds: publishPeriod(limits),
  },
];

/** A day that could not be verified, and its heartbeat: days that stay in csv/. */
const compaction = (name: string): readonly Alarm[] => [
  {
    ...counter(`${name}-failed`, "pricelake", "FailedDays", ["FunctionName", name], 1),
    description:
      "A day was not compacted: its Parquet differs from csv/, or a statement failed; reports read csv/",
    periodSeconds: DAY,
  },
  {
    ...counter(`${name}-behind`, "pricelake", "DaysBehind", ["FunctionName", name], 2),
    description: "For two days closed days wait for compaction, or it has not run",
    periodSeconds: DAY,
    missingData: "breaching",
  },
];

const staleDelivery = (name: string, { bufferSeconds }: Limits): SingleAlarm => ({
  name: `${name}-freshness`,
  description: "Records wait in Firehose much longer than the buffer interval",
  namespace: "AWS/Firehose",
  metric: "DeliveryToS3.DataFreshness",
  dimension: ["DeliveryStreamName", name],
  statistic: "Maximum",
  above: Math.max(900, 3 * bufferSeconds),
  periodSeconds: 300,
  periods: 3,
  missingData: "notBreaching",
});

/** A mapping that stopped emits no IteratorAge, so that silence is a breach where every poll brings records. */
const lag = (name: string, limits: Limits, expectsRecords = false): SingleAlarm => ({
  name: `${name}-lag`,
  description: expectsRecords
    ? "The function falls behind its stream, or is no longer invoked"
    : "The function falls behind its stream",
  namespace: "AWS/Lambda",
  metric: "IteratorAge",
  dimension: ["FunctionName", name],
  statistic: "Maximum",
  above: 1000 * Math.max(600, 5 * limits.batchWindowSeconds),
  periodSeconds: expectsRecords ? pollPeriod(limits) : 300,
  periods: 3,
  missingData: expectsRecords ? "breaching" : "notBreaching",
});

const deadLetters = (name: string): SingleAlarm => ({
  ...counter(name, "AWS/SQS", "ApproximateNumberOfMessagesVisible", ["QueueName", name], 1),
  description: "The dead-letter queue has messages",
  statistic: "Maximum",
});

/** A heartbeat: without polls there is no metric at all. */
const staleSource = (name: string, limits: Limits): SingleAlarm => ({
  name: `${name}-source-age`,
  description: "The source's prices are old, or polls have stopped",
  namespace: "pricelake",
  metric: "SourceAge",
  dimension: ["FunctionName", name],
  statistic: "Maximum",
  above: 3 * limits.pollSeconds + 600,
  periodSeconds: pollPeriod(limits),
  periods: 3,
  missingData: "breaching",
});

/** The price source refuses poll after poll: its key, plan or address may have to change. */
const fallback = (name: string, limits: Limits): SingleAlarm => ({
  ...counter(`${name}-fallback`, "pricelake", "Fallback", ["FunctionName", name], 3),
  description: "Prices come from the fallback source, because the price source is unavailable",
  periodSeconds: pollPeriod(limits),
});

/** An alarm on a count above zero in each of the last periods. */
const counter = (
  name: string,
  namespace: string,
  metric: string,
  dimension: Metric["dimension"],
  periods: number,
): SingleAlarm => ({
  name,
  description: `${metric} counted: ${name}`,
  namespace,
  metric,
  dimension,
  statistic: "Sum",
  above: 0,
  periodSeconds: 300,
  periods,
  missingData: "notBreaching",
});

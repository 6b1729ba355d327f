import type { Input } from "@pulumi/pulumi";
import type { Monitored } from "./dashboard";

/** One CloudWatch alarm, as data. */
export interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [string, Input<string>];
  readonly statistic: "Sum" | "Maximum";
  readonly above: number;
  readonly periodSeconds: number;
  /** How many periods in a row must be above the threshold. */
  readonly periods: number;
  /** How missing data is treated: notBreaching for error counters, breaching for heartbeats. */
  readonly missingData: "notBreaching" | "breaching";
}

export interface Limits {
  /** Seconds between two polls. */
  readonly pollSeconds: number;
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
  ...(resources.poller ? [staleSource(resources.poller, limits), fallback(resources.poller, limits)] : []),
];

/** CloudWatch's periods are whole minutes. */
const pollPeriod = ({ pollSeconds }: Limits): number => Math.max(300, 60 * Math.ceil(pollSeconds / 60));

const staleDelivery = (name: string, { bufferSeconds }: Limits): Alarm => ({
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
const lag = (name: string, limits: Limits, expectsRecords = false): Alarm => ({
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

const deadLetters = (name: string): Alarm => ({
  ...counter(name, "AWS/SQS", "ApproximateNumberOfMessagesVisible", ["QueueName", name], 1),
  description: "The dead-letter queue has messages",
  statistic: "Maximum",
});

/** A heartbeat: without polls there is no metric at all. */
const staleSource = (name: string, limits: Limits): Alarm => ({
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
const fallback = (name: string, limits: Limits): Alarm => ({
  ...counter(`${name}-fallback`, "pricelake", "Fallback", ["FunctionName", name], 3),
  description: "Prices come from the fallback source, because the price source is unavailable",
  periodSeconds: pollPeriod(limits),
});

/** An alarm on a count above zero in each of the last periods. */
const counter = (
  name: string,
  namespace: string,
  metric: string,
  dimension: Alarm["dimension"],
  periods: number,
): Alarm => ({
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

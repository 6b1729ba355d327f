import type { Input } from "@pulumi/pulumi";
import type { Watched } from "./dashboard";

/** One alarm, as data. */
export interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [string, Input<string>];
  readonly statistic: "Sum" | "Maximum";
  readonly above: number;
  readonly periodSeconds: number;
  /** Periods looked at, and how many of them must be above. */
  readonly periods: number;
  readonly breaching: number;
  /** Silence is well where nothing is counted until it happens, and ill where something should always come. */
  readonly silence: "notBreaching" | "breaching";
}

export interface Limits {
  /** Seconds between two polls. */
  readonly pollSeconds: number;
  readonly bufferSeconds: number;
  readonly batchWindowSeconds: number;
}

/** What wakes somebody up. */
export const alarms = (on: Watched, limits: Limits): readonly Alarm[] => [
  ...on.deliveries.map(({ name }) => staleDelivery(name, limits)),
  ...on.functions.filter(({ readsStream }) => readsStream).map(({ name }) => lag(name, limits)),
  ...on.functions.map(({ name }) => ({
    ...count(`${name}-errors`, "AWS/Lambda", "Errors", ["FunctionName", name], 0, 2),
    // Two polls in a row: between them there is nothing to count.
    ...(name === on.poller && { periodSeconds: pollPeriod(limits) }),
  })),
  ...on.functions.map(({ name }) =>
    count(`${name}-throttles`, "AWS/Lambda", "Throttles", ["FunctionName", name], 0, 3),
  ),
  ...on.mappings.map(({ of, uuid }) =>
    count(`${of}-given-up`, "AWS/Lambda", GIVEN_UP, ["EventSourceMappingUUID", uuid], 0, 1),
  ),
  ...on.streams.map((name) =>
    count(
      `${name}-throttles`,
      "AWS/Kinesis",
      "WriteProvisionedThroughputExceeded",
      ["StreamName", name],
      0,
      3,
    ),
  ),
  ...on.tables.map((name) =>
    count(`${name}-store-throttles`, "AWS/DynamoDB", "WriteThrottleEvents", ["TableName", name], 0, 3),
  ),
  ...on.queues.map(deadLetters),
  ...(on.poller ? [staleSource(on.poller, limits)] : []),
];

/** Batches that went to the failure destination. */
const GIVEN_UP = "OnFailureDestinationDeliveredEventCount";

const pollPeriod = ({ pollSeconds }: Pick<Limits, "pollSeconds">): number => Math.max(300, pollSeconds);

const staleDelivery = (name: string, { bufferSeconds }: Limits): Alarm => ({
  name: `${name}-freshness`,
  description: "Records wait in Firehose for much longer than its buffer holds them",
  namespace: "AWS/Firehose",
  metric: "DeliveryToS3.DataFreshness",
  dimension: ["DeliveryStreamName", name],
  statistic: "Maximum",
  above: Math.max(900, 3 * bufferSeconds),
  periodSeconds: 300,
  periods: 3,
  breaching: 3,
  silence: "notBreaching",
});

const lag = (name: string, { batchWindowSeconds }: Limits): Alarm => ({
  name: `${name}-lag`,
  description: "The function falls behind its stream",
  namespace: "AWS/Lambda",
  metric: "IteratorAge",
  dimension: ["FunctionName", name],
  statistic: "Maximum",
  above: 1000 * Math.max(600, 5 * batchWindowSeconds),
  periodSeconds: 300,
  periods: 3,
  breaching: 3,
  silence: "notBreaching",
});

const deadLetters = (name: string): Alarm => ({
  ...count(name, "AWS/SQS", "ApproximateNumberOfMessagesVisible", ["QueueName", name], 0, 1),
  description: "Something could not be handled and waits for a person",
  statistic: "Maximum",
});

/** No poll, no age: silence is the worst case. */
const staleSource = (name: string, { pollSeconds }: Limits): Alarm => ({
  name: `${name}-source-age`,
  description: "The source's prices are old, or nobody asks for them",
  namespace: "pricelake",
  metric: "SourceAge",
  dimension: ["FunctionName", name],
  statistic: "Maximum",
  above: 3 * pollSeconds + 600,
  periodSeconds: pollPeriod({ pollSeconds }),
  periods: 3,
  breaching: 3,
  silence: "breaching",
});

/** Something that should not happen, and did in so many of the last periods of five minutes. */
const count = (
  name: string,
  namespace: string,
  metric: string,
  dimension: readonly [string, Input<string>],
  above: number,
  periods: number,
): Alarm => ({
  name,
  description: `${metric} counted: ${name}`,
  namespace,
  metric,
  dimension,
  statistic: "Sum",
  above,
  periodSeconds: 300,
  periods,
  breaching: periods,
  silence: "notBreaching",
});

import type { Kind } from "./model";

interface Measures {
  readonly namespace: string;
  readonly dimension: string;
  readonly unit: string;
  readonly volume: string;
  readonly errors: readonly string[];
  readonly lag?: { readonly name: string; readonly millis: number };
}

/** The metrics of each kind: how much passes, what fails, and how far it is behind. */
export const MEASURES: Readonly<Partial<Record<Kind, Measures>>> = {
  stream: {
    namespace: "AWS/Kinesis",
    dimension: "StreamName",
    unit: "record",
    volume: "IncomingRecords",
    // A refused read loses nothing: the reader repeats it, and its lag shows when it falls behind.
    errors: ["WriteProvisionedThroughputExceeded"],
  },
  function: {
    namespace: "AWS/Lambda",
    dimension: "FunctionName",
    unit: "call",
    volume: "Invocations",
    errors: ["Errors", "Throttles"],
    lag: { name: "IteratorAge", millis: 1 },
  },
  delivery: {
    namespace: "AWS/Firehose",
    dimension: "DeliveryStreamName",
    unit: "record",
    volume: "DeliveryToS3.Records",
    errors: ["FailedConversion.Records", "ThrottledRecords"],
    lag: { name: "DeliveryToS3.DataFreshness", millis: 1000 },
  },
  table: {
    namespace: "AWS/DynamoDB",
    dimension: "TableName",
    unit: "write",
    volume: "ConsumedWriteCapacityUnits",
    errors: ["WriteThrottleEvents"],
  },
  topic: {
    namespace: "AWS/SNS",
    dimension: "TopicName",
    unit: "message",
    volume: "NumberOfMessagesPublished",
    errors: ["NumberOfNotificationsFailed"],
  },
  queue: {
    namespace: "AWS/SQS",
    dimension: "QueueName",
    unit: "message",
    volume: "NumberOfMessagesSent",
    errors: [],
  },
};

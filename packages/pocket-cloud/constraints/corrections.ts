import type { ShapeConstraints } from "./model";

/** Where AWS does not do what its model says, or does more. */
export interface Correction {
  readonly service: string;
  /** A shape of the model, or one member: "ListStreamsInput.Limit". */
  readonly shape: string;
  /** Replaces constraints of the shape; undefined removes one. */
  readonly constraints: { readonly [K in keyof ShapeConstraints]?: ShapeConstraints[K] | undefined };
  readonly reason: string;
}

/** The generated files have the corrections. Orders of enumerations are those of recorded messages. */
export const corrections: readonly Correction[] = [
  {
    service: "s3",
    shape: "Tagging",
    constraints: { required: undefined },
    reason:
      "A document without a TagSet removes the tags, as recorded by LocalStack's test_put_bucket_tagging_none_value.",
  },
  {
    service: "s3",
    shape: "ServerSideEncryptionConfiguration",
    constraints: { required: undefined },
    reason:
      "The bucket is looked up first, as recorded by LocalStack's test_s3_default_bucket_encryption_exc.",
  },
  {
    service: "athena",
    shape: "MaxQueryResults",
    constraints: { to: undefined },
    reason: "Athena has a message of its own: MaxResults is more than maximum allowed length 1000.",
  },
  {
    service: "dynamodb",
    shape: "AttributeName",
    constraints: { min: undefined, max: undefined },
    reason: "Items are not walked: DynamoDB answers names that are too long by the size of the item.",
  },
  {
    service: "dynamodb",
    shape: "Select",
    constraints: { enum: ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"] },
    reason: "Order of dynalite's messages, which were compared with AWS.",
  },
  {
    service: "dynamodb",
    shape: "TransactWriteItemList",
    constraints: { sensitive: true },
    reason: "AWS shows Java's names of the objects, which have no meaning.",
  },
  {
    service: "dynamodb",
    shape: "ListStreamsInput.Limit",
    constraints: { from: 1, to: 100 },
    reason: "API reference, ListStreams: the upper limit is 100.",
  },
  {
    service: "dynamodb",
    shape: "DescribeStreamInput.Limit",
    constraints: { from: 1, to: 100 },
    reason: "API reference, DescribeStream: the upper limit is 100.",
  },
  {
    service: "dynamodb",
    shape: "GetRecordsInput.Limit",
    constraints: { from: 1, to: 1000 },
    reason: "API reference, GetRecords: the upper limit is 1000.",
  },
  {
    service: "kinesis",
    shape: "PositiveIntegerObject",
    constraints: { from: 1, to: 100_000 },
    reason: "As recorded by kinesalite for ShardCount and TargetShardCount.",
  },
  {
    service: "kinesis",
    shape: "RetentionPeriodHours",
    constraints: { from: 1, to: 8760 },
    reason:
      "API reference: at most 8760 hours. Less than 24 has a message of its own, as recorded by kinesalite.",
  },
  {
    service: "kinesis",
    shape: "EncryptionType",
    constraints: { enum: ["KMS"] },
    reason: "API reference, StartStreamEncryption: the only valid value is KMS.",
  },
  {
    service: "kinesis",
    shape: "ShardIteratorType",
    constraints: {
      enum: ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"],
    },
    reason: "Order of kinesalite's messages.",
  },
  {
    service: "kms",
    shape: "PendingWindowInDaysType",
    constraints: { from: 7, to: 30 },
    reason: "API reference, ScheduleKeyDeletion: 7 to 30 days.",
  },
  {
    service: "lambda",
    shape: "Runtime",
    constraints: { enum: undefined },
    reason: "The message of its own is recorded by LocalStack's test_create_lambda_exceptions.",
  },
  {
    service: "lambda",
    shape: "Timeout",
    constraints: { to: 900 },
    reason: "Only durable functions, which are not supported, run longer.",
  },
  {
    service: "lambda",
    shape: "MemorySize",
    constraints: { to: 10_240 },
    reason: "Only functions of capacity providers, which are not supported, have more.",
  },
  {
    service: "lambda",
    shape: "Architecture",
    constraints: { notNull: true },
    reason: "As recorded by LocalStack's test_create_lambda_exceptions.",
  },
  {
    service: "lambda",
    shape: "LayerVersionArn",
    constraints: { notNull: true },
    reason: "As recorded by LocalStack's tests of layers.",
  },
  {
    service: "logs",
    shape: "LogGroupName",
    constraints: { max: undefined },
    reason: "The message of its own is recorded by LocalStack's tests of log groups.",
  },
  {
    service: "logs",
    shape: "LogStreamName",
    constraints: { max: undefined },
    reason: "The message of its own is recorded by LocalStack's tests of log streams.",
  },
  {
    service: "monitoring",
    shape: "StateValue",
    constraints: { enum: ["INSUFFICIENT_DATA", "ALARM", "OK"] },
    reason: "Order recorded by LocalStack's test_set_alarm_invalid_input.",
  },
  {
    service: "monitoring",
    shape: "TreatMissingData",
    constraints: { enum: ["breaching", "notBreaching", "ignore", "missing"] },
    reason: "API reference, PutMetricAlarm: valid values.",
  },
  {
    service: "monitoring",
    shape: "DashboardName",
    constraints: { min: 1, max: 255 },
    reason: "API reference, PutDashboard: the maximum length is 255.",
  },
];

import { at, isSet, isTrue, type Policy, property } from "./policy";

const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

/** Names of variables that would hold a secret rather than the name of one. */
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD)$/;

const finite = (max: number) => (value: unknown) => typeof value === "number" && value >= 0 && value <= max;

const rule = (name: string, type: string, description: string, controls: string) => ({
  name,
  type,
  description,
  controls,
});

export const servicePolicies: readonly Policy[] = [
  property(
    rule(
      "kinesis-encryption",
      "aws:kinesis/stream:Stream",
      "Streams are encrypted",
      "Kinesis.1, CKV_AWS_43, 185",
    ),
    "encryptionType",
    "KMS",
    (value) => value === "KMS",
  ),
  property(
    rule("kinesis-retention", "aws:kinesis/stream:Stream", "Records outlive a bad day", "Kinesis.3"),
    "retentionPeriod",
    "at least 24 hours",
    (value) => typeof value === "number" && value >= 24,
  ),
  {
    ...rule(
      "firehose-encryption",
      FIREHOSE,
      "What producers put directly is encrypted",
      "DataFirehose.1, CKV_AWS_240",
    ),
    violations: ({ props }) =>
      isSet(props.kinesisSourceConfiguration) || isTrue(at(props, "serverSideEncryption.enabled"))
        ? []
        : ["serverSideEncryption is off; only a stream as the source brings its own"],
  },
  property(
    rule("firehose-errors", FIREHOSE, "Failed records are kept where they can be told apart", "aws-facts"),
    "extendedS3Configuration.errorOutputPrefix",
    "a prefix with !{firehose:error-output-type}",
    (value) => typeof value === "string" && value.includes("!{firehose:error-output-type}"),
  ),
  {
    ...rule(
      "firehose-prefix",
      FIREHOSE,
      "Prefixes format years, days and hours as people mean them",
      "aws-facts",
    ),
    violations: ({ props }) =>
      [...String(at(props, "extendedS3Configuration.prefix") ?? "").matchAll(/!\{timestamp:([^}]*)\}/g)]
        .map(([, format = ""]) => format)
        .filter((format) => /[^yMdH/_-]|Y|D|h|m/.test(format))
        .map((format) => `the prefix formats time as ${format}; use only yyyy, MM, dd and HH`),
  },
  property(
    rule("firehose-logging", FIREHOSE, "Delivery errors are logged", "CKV_AWS_241"),
    "extendedS3Configuration.cloudwatchLoggingOptions.enabled",
    "true",
    isTrue,
  ),
  property(
    rule("lambda-runtime", FUNCTION, "The runtime is supported", "Lambda.2, CKV_AWS_363"),
    "runtime",
    "nodejs22.x or nodejs24.x",
    (value) => value === "nodejs22.x" || value === "nodejs24.x",
  ),
  property(
    rule("lambda-arm64", FUNCTION, "Functions run where they are cheapest", "cost"),
    "architectures",
    '["arm64"]',
    (value) => Array.isArray(value) && value.length === 1 && value[0] === "arm64",
  ),
  property(
    rule("lambda-tracing", FUNCTION, "Functions are traced", "CKV_AWS_50"),
    "tracingConfig.mode",
    "Active",
    (value) => value === "Active",
  ),
  property(
    rule(
      "lambda-concurrency",
      FUNCTION,
      "No function can take the account's whole concurrency",
      "CKV_AWS_115",
    ),
    "reservedConcurrentExecutions",
    "set",
    finite(1000),
  ),
  {
    ...rule("lambda-failure", FUNCTION, "Events that could not be handled are kept", "CKV_AWS_116"),
    looksAround: true,
    violations: ({ props, name }, all) =>
      isSet(at(props, "deadLetterConfig.targetArn")) ||
      all.some((other) => other.type === MAPPING && other.name === `${name}-mapping`)
        ? []
        : ["it has neither a dead-letter queue nor an event source mapping with a failure destination"],
  },
  {
    ...rule(
      "lambda-no-secrets",
      FUNCTION,
      "The environment names secrets and does not hold them",
      "CKV_AWS_45, CKV_AWS_173",
    ),
    violations: ({ props }) =>
      Object.keys((at(props, "environment.variables") as object | undefined) ?? {})
        .filter((name) => SECRET_NAME.test(name))
        .map((name) => `the environment has ${name}; give it the name of a parameter instead`),
  },
  property(
    rule("mapping-bisects", MAPPING, "A bad record does not hold up its batch", "aws-facts"),
    "bisectBatchOnFunctionError",
    "true",
    isTrue,
  ),
  property(
    rule("mapping-partial", MAPPING, "A function says which records failed", "aws-facts"),
    "functionResponseTypes",
    '["ReportBatchItemFailures"]',
    (value) => Array.isArray(value) && value.includes("ReportBatchItemFailures"),
  ),
  property(
    rule("mapping-retries", MAPPING, "Retries end", "aws-facts"),
    "maximumRetryAttempts",
    "0 to 10000 (-1 retries until the record expires)",
    finite(10_000),
  ),
  property(
    rule("mapping-age", MAPPING, "Records are given up at some age", "aws-facts"),
    "maximumRecordAgeInSeconds",
    "60 to 604800",
    finite(604_800),
  ),
  property(
    rule("mapping-failure", MAPPING, "What is given up is kept", "CKV_AWS_116"),
    "destinationConfig.onFailure.destinationArn",
    "set",
    isSet,
  ),
  property(
    rule("schedule-dead-letters", "aws:scheduler/schedule:Schedule", "Missed calls are kept", "CKV_AWS_297"),
    "target.deadLetterConfig.arn",
    "set",
    isSet,
  ),
  property(
    rule("schedule-retries", "aws:scheduler/schedule:Schedule", "Late calls are given up", "CKV_AWS_297"),
    "target.retryPolicy.maximumEventAgeInSeconds",
    "60 to 86400",
    finite(86_400),
  ),
];

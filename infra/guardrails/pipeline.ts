import {
  at,
  atLeast,
  between,
  type Declared,
  including,
  isSet,
  oneOf,
  type Policy,
  propertiesOf,
  set,
} from "./policy";

const STREAM = "aws:kinesis/stream:Stream";
const FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const INVOKES = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const SCHEDULE = "aws:scheduler/schedule:Schedule";

/** Variables whose names say that they hold a secret, and not the name of a parameter. */
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD)$/;

const stream = propertiesOf(STREAM);
const delivery = propertiesOf(FIREHOSE);
const lambda = propertiesOf(FUNCTION);
const mapping = propertiesOf(MAPPING);
const schedule = propertiesOf(SCHEDULE);

const keepsFailures = ({ type, props }: Declared): boolean =>
  type === MAPPING || (type === INVOKES && isSet(at(props, "destinationConfig.onFailure.destination")));

/** Streams, deliveries, functions and schedules. */
export const pipelinePolicies: readonly Policy[] = [
  stream(
    "kinesis-encryption",
    "encryptionType",
    oneOf("KMS"),
    "Streams are encrypted (Kinesis.1, CKV_AWS_43, 185)",
  ),
  stream(
    "kinesis-retention",
    "retentionPeriod",
    atLeast(24, "hours"),
    "Streams keep records for a day or longer (Kinesis.3)",
  ),
  {
    name: "firehose-encryption",
    type: FIREHOSE,
    description: "Records of Direct PUT producers are encrypted (DataFirehose.1, CKV_AWS_240)",
    violations: ({ props }) =>
      isSet(props.kinesisSourceConfiguration) || at(props, "serverSideEncryption.enabled") === true
        ? []
        : ["serverSideEncryption is off; it may be off only with a Kinesis stream as the source"],
  },
  delivery(
    "firehose-errors",
    "extendedS3Configuration.errorOutputPrefix",
    {
      text: "a prefix with !{firehose:error-output-type}",
      isMet: (value) => String(value).includes("!{firehose:error-output-type}"),
    },
    "Failed records are separated by the kind of error",
  ),
  {
    name: "firehose-prefix",
    type: FIREHOSE,
    description: "Prefixes format time as calendar year, day and hour",
    violations: ({ props }) =>
      [...String(at(props, "extendedS3Configuration.prefix") ?? "").matchAll(/!\{timestamp:([^}]*)\}/g)]
        .map(([, format = ""]) => format)
        .filter((format) => /[^yMdH/_-]|Y|D|h|m/.test(format))
        .map((format) => `the prefix formats time as ${format}; use only yyyy, MM, dd and HH`),
  },
  delivery(
    "firehose-logging",
    "extendedS3Configuration.cloudwatchLoggingOptions.enabled",
    oneOf(true),
    "Delivery errors are logged (CKV_AWS_241)",
  ),
  lambda(
    "lambda-runtime",
    "runtime",
    oneOf("nodejs22.x", "nodejs24.x"),
    "The runtime is supported (Lambda.2, CKV_AWS_363)",
  ),
  lambda("lambda-arm64", "architectures", including("arm64"), "Functions run on arm64, which costs less"),
  lambda("lambda-tracing", "tracingConfig.mode", oneOf("Active"), "Functions are traced (CKV_AWS_50)"),
  lambda(
    "lambda-concurrency",
    "reservedConcurrentExecutions",
    between(0, 1000),
    "No function can use the account's whole concurrency (CKV_AWS_115)",
  ),
  {
    name: "lambda-failure",
    type: FUNCTION,
    description: "Events of failed invocations are kept (CKV_AWS_116)",
    needsStack: true,
    violations: ({ props, name }, all) =>
      isSet(at(props, "deadLetterConfig.targetArn")) ||
      all.some((other) => other.type === MAPPING && other.name === `${name}-mapping`) ||
      all.some(
        (other) =>
          keepsFailures(other) && [props.name, props.arn].filter(isSet).includes(other.props.functionName),
      )
        ? []
        : ["it has neither a dead-letter queue nor an event source mapping with a failure destination"],
  },
  {
    name: "lambda-no-secrets",
    type: FUNCTION,
    description: "Environment variables hold no secrets (CKV_AWS_45, CKV_AWS_173)",
    violations: ({ props }) =>
      Object.keys((at(props, "environment.variables") as object | undefined) ?? {})
        .filter((name) => SECRET_NAME.test(name))
        .map((name) => `the environment has ${name}; pass the name of a parameter instead`),
  },
  mapping(
    "mapping-bisects",
    "bisectBatchOnFunctionError",
    oneOf(true),
    "A failing batch is split, so that one bad record does not block it",
  ),
  mapping(
    "mapping-partial",
    "functionResponseTypes",
    including("ReportBatchItemFailures"),
    "Functions report which records failed",
  ),
  mapping(
    "mapping-retries",
    "maximumRetryAttempts",
    between(0, 10_000, " (-1 retries until the record expires)"),
    "Retries are limited",
  ),
  mapping(
    "mapping-age",
    "maximumRecordAgeInSeconds",
    between(60, 604_800),
    "The age of retried records is limited",
  ),
  mapping(
    "mapping-failure",
    "destinationConfig.onFailure.destinationArn",
    set,
    "Batches that are given up are kept (CKV_AWS_116)",
  ),
  schedule(
    "schedule-dead-letters",
    "target.deadLetterConfig.arn",
    set,
    "Failed calls are kept (CKV_AWS_297)",
  ),
  schedule(
    "schedule-retries",
    "target.retryPolicy.maximumEventAgeInSeconds",
    between(60, 86_400),
    "The age of retried calls is limited (CKV_AWS_297)",
  ),
];

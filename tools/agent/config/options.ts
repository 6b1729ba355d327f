import { endpoint, listOf, oneOf, pattern, type ReadValue, text, trueOrFalse, wholeNumber } from "./values";

/** A level of the configuration file. */
export type ConfigLevel = "agent" | "flow" | "processing";

export const levelNames: Readonly<Record<ConfigLevel, string>> = {
  agent: "the top level",
  flow: "flows[]",
  processing: "flows[].dataProcessingOptions[]",
};

const names = listOf(text, "a list of names");
const MINUTES_15 = 900_000;
/** Limit of PutRecords. readFlow checks the lower limit of PutRecordBatch. */
const MAX_CALL_BYTES = 5 * 1024 * 1024;

const agentOptions = {
  checkpointFile: text,
  "cloudwatch.emitMetrics": trueOrFalse,
  "cloudwatch.namespace": text,
  "cloudwatch.endpoint": endpoint,
  "kinesis.endpoint": endpoint,
  "firehose.endpoint": endpoint,
  "log.statusReportingPeriodSeconds": wholeNumber(1, 86_400),
  shutdownTimeoutMillis: wholeNumber(0, MINUTES_15),
  flows: (value: unknown) => value,
} satisfies Record<string, ReadValue<unknown>>;

const flowOptions = {
  filePattern: text,
  kinesisStream: text,
  deliveryStream: text,
  partitionKeyOption: oneOf("RANDOM", "DETERMINISTIC"),
  initialPosition: oneOf("START_OF_FILE", "END_OF_FILE"),
  maxBufferAgeMillis: wholeNumber(1000, MINUTES_15),
  maxBufferSizeRecords: wholeNumber(1, 500),
  maxBufferSizeBytes: wholeNumber(1, MAX_CALL_BYTES),
  minTimeBetweenFilePollsMillis: wholeNumber(10, MINUTES_15),
  skipHeaderLines: wholeNumber(0, 1_000_000),
  multiLineStartPattern: pattern,
  truncatedRecordTerminator: (value: unknown) => (value === "" ? "" : text(value)),
  "pricelake.packing": trueOrFalse,
  dataProcessingOptions: (value: unknown) => value,
} satisfies Record<string, ReadValue<unknown>>;

const processingOptions = {
  optionName: oneOf("SINGLELINE", "CSVTOJSON", "LOGTOJSON"),
  parseOptions: listOf(oneOf("NO_TRIM", "ESCAPE_NEW_LINE"), "a list of NO_TRIM, ESCAPE_NEW_LINE"),
  customFieldNames: names,
  delimiter: text,
  jsonFormat: oneOf("COMPACT", "PRETTYPRINT"),
  logFormat: oneOf(
    "COMMONAPACHELOG",
    "COMBINEDAPACHELOG",
    "APACHEERRORLOG",
    "SYSLOG",
    "RFC3339SYSLOG",
    "RFC3339_SYSLOG",
  ),
  matchPattern: pattern,
} satisfies Record<string, ReadValue<unknown>>;

export const optionsOf: Readonly<Record<ConfigLevel, Readonly<Record<string, ReadValue<unknown>>>>> = {
  agent: agentOptions,
  flow: flowOptions,
  processing: processingOptions,
};

/** Options of each kind of processing, besides optionName. */
export const optionsOfProcessing = {
  SINGLELINE: ["parseOptions"],
  CSVTOJSON: ["customFieldNames", "delimiter", "jsonFormat"],
  LOGTOJSON: ["logFormat", "matchPattern", "customFieldNames", "jsonFormat"],
} as const;

const CHAIN = "credentials come from the AWS credential chain of the --env environment";
const PROFILE = "set role_arn in an AWS profile instead";

/** Options of aws-kinesis-agent that this agent does not support, with what to use instead. */
export const replacedOptions: Readonly<Record<string, string>> = {
  "userDefinedCredentialsProvider.classname": CHAIN,
  "userDefinedCredentialsProvider.location": CHAIN,
  assumeRoleARN: PROFILE,
  assumeRoleExternalId: PROFILE,
  "kinesis.region": "the region comes from the endpoint, or from AWS_REGION",
};

/** Access keys in the file, which aws-kinesis-agent takes and this agent refuses. */
export const accessKeyNames: readonly string[] = ["awsAccessKeyId", "awsSecretAccessKey"];

export const accessKeysRefused =
  "do not belong in files: delete this, and the agent takes its keys from npm start (--env local) or the AWS credential " +
  "chain (another --env), such as AWS_PROFILE";

/** Options whose values must not appear in error messages. */
export const secretName = /secret|accesskey|password|token/i;

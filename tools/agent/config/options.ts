import { endpoint, listOf, oneOf, pattern, type Read, text, truth, whole } from "./values";

/** Where an option stands in the file. */
export type Place = "agent" | "flow" | "processing";

export const placeNames: Readonly<Record<Place, string>> = {
  agent: "the top level",
  flow: "flows[]",
  processing: "flows[].dataProcessingOptions[]",
};

const names = listOf(text, "a list of names");
const MINUTES_15 = 900_000;
/** A stream takes 5 MiB a call, a delivery stream 4: the reader of the flow looks again. */
const MOST_BYTES = 5 * 1024 * 1024;

export const agentOptions = {
  checkpointFile: text,
  "cloudwatch.emitMetrics": truth,
  "cloudwatch.namespace": text,
  "cloudwatch.endpoint": endpoint,
  "kinesis.endpoint": endpoint,
  "firehose.endpoint": endpoint,
  "log.statusReportingPeriodSeconds": whole(1, 86_400),
  shutdownTimeoutMillis: whole(0, MINUTES_15),
  flows: (value: unknown) => value,
} satisfies Record<string, Read<unknown>>;

export const flowOptions = {
  filePattern: text,
  kinesisStream: text,
  deliveryStream: text,
  partitionKeyOption: oneOf("RANDOM", "DETERMINISTIC"),
  initialPosition: oneOf("START_OF_FILE", "END_OF_FILE"),
  maxBufferAgeMillis: whole(1000, MINUTES_15),
  maxBufferSizeRecords: whole(1, 500),
  maxBufferSizeBytes: whole(1, MOST_BYTES),
  minTimeBetweenFilePollsMillis: whole(10, MINUTES_15),
  skipHeaderLines: whole(0, 1_000_000),
  multiLineStartPattern: pattern,
  truncatedRecordTerminator: (value: unknown) => (value === "" ? "" : text(value)),
  "pricelake.packing": truth,
  dataProcessingOptions: (value: unknown) => value,
} satisfies Record<string, Read<unknown>>;

export const processingOptions = {
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
} satisfies Record<string, Read<unknown>>;

export const optionsOf: Readonly<Record<Place, Readonly<Record<string, Read<unknown>>>>> = {
  agent: agentOptions,
  flow: flowOptions,
  processing: processingOptions,
};

/** The options each kind of processing knows besides its name. */
export const optionsOfProcessing = {
  SINGLELINE: ["parseOptions"],
  CSVTOJSON: ["customFieldNames", "delimiter", "jsonFormat"],
  LOGTOJSON: ["logFormat", "matchPattern", "customFieldNames", "jsonFormat"],
} as const;

const CHAIN = "keys stay out of files: credentials come from the ordinary AWS chain (--env says which)";
const PROFILE = "set role_arn in an AWS profile instead";

/** Options of aws-kinesis-agent that this agent leaves to others, and to whom. */
export const elsewhere: Readonly<Record<string, string>> = {
  awsAccessKeyId: CHAIN,
  awsSecretAccessKey: CHAIN,
  "userDefinedCredentialsProvider.classname": CHAIN,
  "userDefinedCredentialsProvider.location": CHAIN,
  assumeRoleARN: PROFILE,
  assumeRoleExternalId: PROFILE,
  "kinesis.region": "the region comes from the endpoint, or from AWS_REGION",
};

/** Their values are nobody's business, not even an error's. */
export const secret = /secret|accesskey|password|token/i;

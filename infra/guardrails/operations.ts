import { at, atLeast, between, isSet, oneOf, type Policy, propertiesOf, set } from "./policy";

const WORKGROUP = "aws:athena/workgroup:Workgroup";
const CRAWLER = "aws:glue/crawler:Crawler";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const KEY = "aws:kms/key:Key";

const workgroup = propertiesOf(WORKGROUP);
const crawler = propertiesOf(CRAWLER);
const topic = propertiesOf("aws:sns/topic:Topic");
const key = propertiesOf(KEY);
const logGroup = propertiesOf("aws:cloudwatch/logGroup:LogGroup");
const alarm = propertiesOf(ALARM);
const parameter = propertiesOf("aws:ssm/parameter:Parameter");

/** Queries, the crawler, notifications, keys, logs, alarms and parameters. */
export const operationPolicies: readonly Policy[] = [
  workgroup(
    "athena-enforced",
    "configuration.enforceWorkgroupConfiguration",
    oneOf(true),
    "Queries cannot override the workgroup's configuration (CKV_AWS_82)",
  ),
  workgroup(
    "athena-encryption",
    "configuration.resultConfiguration.encryptionConfiguration.encryptionOption",
    set,
    "Query results are encrypted (CKV_AWS_159)",
  ),
  workgroup(
    "athena-owner",
    "configuration.resultConfiguration.expectedBucketOwner",
    set,
    "Query results go to a bucket of this account only (Athena.4)",
  ),
  workgroup(
    "athena-cutoff",
    "configuration.bytesScannedCutoffPerQuery",
    atLeast(10_485_760, "bytes"),
    "The bytes that a query scans are limited",
  ),
  workgroup(
    "athena-metrics",
    "configuration.publishCloudwatchMetricsEnabled",
    oneOf(true),
    "Query metrics are published (Athena.4)",
  ),
  {
    name: "crawler-keeps-tables",
    type: CRAWLER,
    description: "A crawler cannot change or delete declared tables",
    violations: ({ props }) => [
      ...(at(props, "schemaChangePolicy.deleteBehavior") === "DELETE_FROM_DATABASE"
        ? ["it deletes tables"]
        : []),
      ...(isSet(props.tablePrefix) ? [] : ["its tables have no prefix"]),
    ],
  },
  crawler(
    "crawler-security",
    "securityConfiguration",
    set,
    "The crawler's logs and output are encrypted (CKV_AWS_99, CKV_AWS_195)",
  ),
  topic("sns-encryption", "kmsMasterKeyId", set, "Topics are encrypted (SNS.1, CKV_AWS_26)"),
  {
    name: "sqs-encryption",
    type: "aws:sqs/queue:Queue",
    description: "Queues are encrypted (SQS.1, CKV_AWS_27)",
    violations: ({ props }) =>
      props.sqsManagedSseEnabled === true || isSet(props.kmsMasterKeyId)
        ? []
        : ["neither sqsManagedSseEnabled nor kmsMasterKeyId is set"],
  },
  key("kms-rotation", "enableKeyRotation", oneOf(true), "Keys rotate (CIS 3.6, CKV_AWS_7)"),
  key(
    "kms-deletion-window",
    "deletionWindowInDays",
    between(7, 30),
    "A deleted key can be recovered for at least a week (CKV_AWS_227)",
  ),
  logGroup("logs-retention", "retentionInDays", atLeast(1, "days"), "Logs expire (CKV_AWS_66, CKV_AWS_338)"),
  {
    name: "alarm-actions",
    type: ALARM,
    description: "Alarms notify somebody (CKV_AWS_319)",
    violations: ({ props: { alarmActions } }) =>
      Array.isArray(alarmActions) && alarmActions.length > 0 ? [] : ["it has no alarmActions"],
  },
  alarm(
    "alarm-missing-data",
    "treatMissingData",
    oneOf("breaching", "notBreaching", "ignore"),
    "Alarms state how missing data is treated",
  ),
  parameter("ssm-secure", "type", oneOf("SecureString"), "Parameters are encrypted"),
];

/** Encrypted resources: the policy's prefix, the type, the path of the key, and the control. */
const encrypted: readonly (readonly [string, string, string, string])[] = [
  [
    "s3",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId",
    "CKV_AWS_145",
  ],
  ["kinesis", "aws:kinesis/stream:Stream", "kmsKeyId", "CKV_AWS_185"],
  [
    "firehose",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "extendedS3Configuration.kmsKeyArn",
    "CKV_AWS_241",
  ],
  ["lambda", "aws:lambda/function:Function", "kmsKeyArn", "CKV_AWS_173"],
  ["dynamodb", "aws:dynamodb/table:Table", "serverSideEncryption.kmsKeyArn", "CKV_AWS_119"],
  ["athena", WORKGROUP, "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn", "CKV_AWS_159"],
  ["sns", "aws:sns/topic:Topic", "kmsMasterKeyId", "CKV_AWS_26"],
  ["sqs", "aws:sqs/queue:Queue", "kmsMasterKeyId", "CKV_AWS_27"],
  ["logs", "aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", "CKV_AWS_158"],
  ["schedule", "aws:scheduler/schedule:Schedule", "kmsKeyArn", "CKV_AWS_297"],
  ["ssm", "aws:ssm/parameter:Parameter", "keyId", "CKV_AWS_337"],
];

/** In a stack with a customer-managed key, AWS's own keys are refused. */
export const ownKeyPolicies: readonly Policy[] = encrypted.map(([service, type, path, control]) => ({
  name: `${service}-own-key`,
  description: `Where the stack has a customer-managed key, it encrypts all stored data (${control})`,
  type,
  needsStack: true,
  violations: ({ props }, all) => {
    const key = at(props, path);
    const own = typeof key === "string" && key !== "" && !/(^|:)alias\/aws\//.test(key);
    return own || !all.some((resource) => resource.type === KEY)
      ? []
      : [`${path} is ${JSON.stringify(key) ?? "not set"}; it must be the stack's key`];
  },
}));

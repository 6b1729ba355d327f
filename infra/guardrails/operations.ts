import { at, isSet, isTrue, type Policy, property } from "./policy";

const WORKGROUP = "aws:athena/workgroup:Workgroup";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

const rule = (name: string, type: string, description: string, controls: string) => ({
  name,
  type,
  description,
  controls,
});

export const operationPolicies: readonly Policy[] = [
  property(
    rule("athena-enforced", WORKGROUP, "Queries cannot go round the workgroup's settings", "CKV_AWS_82"),
    "configuration.enforceWorkgroupConfiguration",
    "true",
    isTrue,
  ),
  property(
    rule("athena-encryption", WORKGROUP, "Results are encrypted", "CKV_AWS_159"),
    "configuration.resultConfiguration.encryptionConfiguration.encryptionOption",
    "set",
    isSet,
  ),
  property(
    rule("athena-owner", WORKGROUP, "Results go to this account's bucket only", "Athena.4"),
    "configuration.resultConfiguration.expectedBucketOwner",
    "set",
    isSet,
  ),
  property(
    rule("athena-cutoff", WORKGROUP, "No query scans without end", "cost"),
    "configuration.bytesScannedCutoffPerQuery",
    "at least 10 MB",
    (value) => typeof value === "number" && value >= 10_485_760,
  ),
  property(
    rule("athena-metrics", WORKGROUP, "Queries are measured", "Athena.4"),
    "configuration.publishCloudwatchMetricsEnabled",
    "true",
    isTrue,
  ),
  {
    ...rule(
      "crawler-keeps-tables",
      "aws:glue/crawler:Crawler",
      "A crawler cannot wreck declared tables",
      "aws-facts",
    ),
    violations: ({ props }) => [
      ...(at(props, "schemaChangePolicy.deleteBehavior") === "DELETE_FROM_DATABASE"
        ? ["it deletes tables"]
        : []),
      ...(isSet(props.tablePrefix) ? [] : ["its tables have no prefix of their own"]),
    ],
  },
  property(
    rule(
      "crawler-security",
      "aws:glue/crawler:Crawler",
      "What a crawler writes down is encrypted",
      "CKV_AWS_99, CKV_AWS_195",
    ),
    "securityConfiguration",
    "a security configuration",
    isSet,
  ),
  property(
    rule("sns-encryption", "aws:sns/topic:Topic", "Topics are encrypted", "SNS.1, CKV_AWS_26"),
    "kmsMasterKeyId",
    "a key",
    isSet,
  ),
  {
    ...rule("sqs-encryption", "aws:sqs/queue:Queue", "Queues are encrypted", "SQS.1, CKV_AWS_27"),
    violations: ({ props }) =>
      isTrue(props.sqsManagedSseEnabled) || isSet(props.kmsMasterKeyId)
        ? []
        : ["neither sqsManagedSseEnabled nor kmsMasterKeyId is set"],
  },
  property(
    rule("kms-rotation", "aws:kms/key:Key", "Keys rotate", "CIS 3.6, CKV_AWS_7"),
    "enableKeyRotation",
    "true",
    isTrue,
  ),
  property(
    rule("kms-deletion-window", "aws:kms/key:Key", "A deleted key can be had back for a week", "CKV_AWS_227"),
    "deletionWindowInDays",
    "7 to 30",
    (value) => typeof value === "number" && value >= 7 && value <= 30,
  ),
  property(
    rule("logs-retention", "aws:cloudwatch/logGroup:LogGroup", "Logs end", "CKV_AWS_66, CKV_AWS_338"),
    "retentionInDays",
    "a number of days",
    (value) => typeof value === "number" && value > 0,
  ),
  {
    ...rule("alarm-actions", ALARM, "An alarm is heard", "CKV_AWS_319"),
    violations: ({ props }) => {
      const actions = props.alarmActions;
      return Array.isArray(actions) && actions.length > 0 ? [] : ["it has no alarmActions"];
    },
  },
  property(
    rule("alarm-missing-data", ALARM, "An alarm says what silence means", "security.md"),
    "treatMissingData",
    "breaching, notBreaching or ignore",
    (value) => value === "breaching" || value === "notBreaching" || value === "ignore",
  ),
  property(
    rule("ssm-secure", "aws:ssm/parameter:Parameter", "Parameters are secrets", "Secrets"),
    "type",
    "SecureString",
    (value) => value === "SecureString",
  ),
];

import type { Exemption } from "./policy";

const exempt = (policy: string, type: string, name: RegExp, reason: string): Exemption => ({
  policy,
  type,
  name,
  reason,
});

const BUCKET = "aws:s3/bucket:Bucket";
const CRAWLER = "aws:glue/crawler:Crawler";
const FUNCTION = "aws:lambda/function:Function";

/** Exemptions in every environment. */
const always: readonly Exemption[] = [
  exempt(
    "s3-logging",
    BUCKET,
    /-access-logs$/,
    "logging the access log bucket would create logs without end",
  ),
  exempt(
    "s3-own-key",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    /-access-logs-encryption$/,
    "S3 delivers no access logs to a bucket encrypted with a KMS key",
  ),
  exempt(
    "s3-own-key",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    /-failures-encryption$/,
    "a disabled key must not keep failed batches from their destination",
  ),
  exempt(
    "lambda-concurrency",
    FUNCTION,
    /./,
    "new accounts have a quota of 10, too few to reserve any; reservedConcurrency sets it",
  ),
  exempt(
    "sqs-own-key",
    "aws:sqs/queue:Queue",
    /^publish-reports-alerts$/,
    "SNS sends to it and has no right to the key; its alerts are published, and SQS encrypts them",
  ),
  exempt("lambda-failure", FUNCTION, /^transform-/, "Firehose writes failed records to the error prefix"),
];

/** Exemptions of environments that differ from the others. */
const byEnvironment: Readonly<Record<string, readonly Exemption[]>> = {
  local: [
    exempt("lambda-tracing", FUNCTION, /./, "the embedded cloud has no X-Ray"),
    exempt("sns-encryption", "aws:sns/topic:Topic", /./, "data stays on the machine"),
    exempt("crawler-security", CRAWLER, /./, "data stays on the machine"),
  ],
  // As strict as it gets: it has a key of its own.
  prod: [],
};

/** Of all other environments, also of those that a user adds. */
const withoutKey: readonly Exemption[] = [
  exempt(
    "sns-encryption",
    "aws:sns/topic:Topic",
    /./,
    "alarms cannot use AWS's own key, and the environment has no customer-managed key",
  ),
  exempt("crawler-security", CRAWLER, /./, "it needs a customer-managed key, and the environment has none"),
];

export const exemptionsFor = (stack: string): readonly Exemption[] => [
  ...always,
  ...(byEnvironment[stack] ?? withoutKey),
];

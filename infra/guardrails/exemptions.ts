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

/** What holds in every environment. */
const always: readonly Exemption[] = [
  exempt("s3-logging", BUCKET, /-access-logs$/, "a bucket of access logs would log itself without end"),
  exempt(
    "s3-own-key",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    /-access-logs-encryption$/,
    "S3 delivers access logs into no bucket that is encrypted by a KMS key",
  ),
  exempt(
    "lambda-failure",
    FUNCTION,
    /^transform-/,
    "Firehose keeps failed records itself, under the error prefix",
  ),
];

/** What an environment is let off, and why. */
const byEnvironment: Readonly<Record<string, readonly Exemption[]>> = {
  local: [
    exempt("lambda-tracing", FUNCTION, /./, "the embedded cloud has no X-Ray"),
    exempt("lambda-concurrency", FUNCTION, /./, "nobody else shares the embedded cloud"),
    exempt("sns-encryption", "aws:sns/topic:Topic", /./, "nothing leaves the machine"),
    exempt("crawler-security", CRAWLER, /./, "nothing leaves the machine"),
  ],
  dev: [
    exempt("lambda-concurrency", FUNCTION, /./, "a development account has little concurrency to reserve"),
    exempt(
      "sns-encryption",
      "aws:sns/topic:Topic",
      /./,
      "alarms cannot use AWS's own key, and dev pays for no other",
    ),
    exempt("crawler-security", CRAWLER, /./, "it takes a key of the stack's own, and dev pays for none"),
  ],
  staging: [
    exempt(
      "sns-encryption",
      "aws:sns/topic:Topic",
      /./,
      "alarms cannot use AWS's own key, and staging pays for no other",
    ),
    exempt("crawler-security", CRAWLER, /./, "it takes a key of the stack's own, and staging pays for none"),
  ],
};

export const exemptionsFor = (stack: string): readonly Exemption[] => [
  ...always,
  ...(byEnvironment[stack] ?? []),
];

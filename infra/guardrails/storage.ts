import { type DocumentStatement, isOpen, statementsOf } from "./documents";
import { at, isSet, oneOf, type Policy, propertiesOf } from "./policy";

const BUCKET = "aws:s3/bucket:Bucket";
const TABLE = "aws:dynamodb/table:Table";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

const takesLogs = ({ effect, actions, principals }: DocumentStatement): boolean =>
  effect === "Allow" && actions.includes("s3:PutObject") && principals.includes("logging.s3.amazonaws.com");

/** Every bucket needs a resource of this type. */
const needs = (name: string, type: string, description: string): Policy => ({
  name,
  description: `Every bucket has ${description}`,
  type: BUCKET,
  needsStack: true,
  violations: (bucket, all) =>
    all.some((other) => other.type === type && other.props.bucket === bucket.props.bucket)
      ? []
      : [`it has no ${type.split(":")[2]}`],
});

const inline = [
  "acl",
  "corsRules",
  "grants",
  "lifecycleRules",
  "logging",
  "policy",
  "serverSideEncryptionConfiguration",
  "versioning",
  "website",
];

const ownership = propertiesOf("aws:s3/bucketOwnershipControls:BucketOwnershipControls");
const table = propertiesOf(TABLE);

export const storagePolicies: readonly Policy[] = [
  needs(
    "s3-public-access-block",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "a public access block (S3.1, S3.8, CKV_AWS_53–56)",
  ),
  needs(
    "s3-ownership",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "ownership controls (S3.12)",
  ),
  needs(
    "s3-encryption",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "encryption at rest (CKV_AWS_19, CKV_AWS_145)",
  ),
  needs(
    "s3-lifecycle",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "a lifecycle configuration (S3.13, CKV_AWS_300)",
  ),
  needs(
    "s3-versioning",
    "aws:s3/bucketVersioning:BucketVersioning",
    "a versioning configuration (CKV_AWS_21)",
  ),
  needs("s3-logging", "aws:s3/bucketLogging:BucketLogging", "an access log (S3.9, CKV_AWS_18)"),
  needs("s3-policy", POLICY, "a policy (S3.5)"),
  {
    name: "s3-no-inline-settings",
    description: "Buckets are configured by separate resources; the inline properties are deprecated",
    type: BUCKET,
    violations: ({ props }) =>
      inline.filter((key) => props[key] !== undefined).map((key) => `it sets ${key} inline`),
  },
  {
    name: "s3-block-all-public-access",
    description: "All four public access blocks are on (S3.1, S3.2, S3.3, S3.8)",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    violations: ({ props }) =>
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]
        .filter((key) => props[key] !== true)
        .map((key) => `${key} must be true`),
  },
  ownership(
    "s3-no-acls",
    "rule.objectOwnership",
    oneOf("BucketOwnerEnforced"),
    "Objects belong to the bucket's owner; ACLs are off (S3.12)",
  ),
  {
    name: "s3-abort-uploads",
    description: "Unfinished uploads are deleted (CKV_AWS_300)",
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    violations: ({ props }) =>
      (props.rules as readonly object[] | undefined)?.some((rule) =>
        isSet(at(rule, "abortIncompleteMultipartUpload")),
      )
        ? []
        : ["no rule aborts incomplete multipart uploads"],
  },
  {
    name: "s3-tls-only",
    description: "The bucket policy denies plain HTTP and allows nothing to everybody (S3.5)",
    type: POLICY,
    violations: ({ props }) => {
      const statements = statementsOf(props.policy);
      const refuses = statements.some(
        ({ effect, condition }) =>
          effect === "Deny" && String(at(condition, "Bool.aws:SecureTransport")) === "false",
      );
      return [
        ...(refuses ? [] : ["nothing denies requests without TLS (aws:SecureTransport false)"]),
        ...statements.filter(isOpen).map(({ sid }) => `the statement ${sid} allows everybody`),
      ];
    },
  },
  {
    name: "s3-log-delivery",
    description: "The bucket policy of the access log target lets S3 write logs (S3.9, S3.12, CKV_AWS_18)",
    type: "aws:s3/bucketLogging:BucketLogging",
    needsStack: true,
    violations: ({ props }, all) =>
      all
        .filter((other) => other.type === POLICY && other.props.bucket === props.targetBucket)
        .flatMap(({ props: { policy } }) => statementsOf(policy))
        .some(takesLogs)
        ? []
        : [`the policy of ${props.targetBucket} does not let logging.s3.amazonaws.com put objects`],
  },
  table("dynamodb-on-demand", "billingMode", oneOf("PAY_PER_REQUEST"), "Tables scale on demand (DynamoDB.1)"),
  {
    name: "dynamodb-protected-data",
    description:
      "A protected table has point-in-time recovery and deletion protection (DynamoDB.2, DynamoDB.6, CKV_AWS_28)",
    type: TABLE,
    violations: ({ props, protect }) =>
      !protect
        ? []
        : [
            ...(at(props, "pointInTimeRecovery.enabled") === true ? [] : ["point-in-time recovery is off"]),
            ...(props.deletionProtectionEnabled === true ? [] : ["deletion protection is off"]),
          ],
  },
];

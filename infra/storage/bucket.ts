import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type LifecycleRule = pulumi.Unwrap<aws.types.input.s3.BucketLifecycleConfigurationRule>;

export interface SecureBucketArgs {
  readonly bucket: string;
  /** Lifecycle rules besides the one for unfinished uploads. */
  readonly rules: readonly LifecycleRule[];
  /** Delete the bucket and its objects with the stack, instead of keeping both. */
  readonly disposable: boolean;
  readonly versioned: boolean;
  /** ARN of the encryption key; S3's own key without one. */
  readonly key?: pulumi.Input<string> | undefined;
  /** The bucket for access logs. */
  readonly logs?: SecureBucket;
  /** Accept access logs of this account's buckets. Without ACLs, S3 needs a bucket policy to deliver them. */
  readonly acceptsLogsOf?: string;
  /** Region of CloudWatch's log deliveries of this account that the bucket accepts too. */
  readonly acceptsDeliveriesFrom?: string | undefined;
  /** ARN of the CloudFront distribution that serves the folder site/. */
  readonly servedBy?: pulumi.Input<string> | undefined;
}

/** A private bucket: no public access, no ACLs, encrypted at rest and in transit. */
export class SecureBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** What writers depend on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecureBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:storage:SecureBucket", name, {}, options);
    const parent = { parent: this };
    const bucketOptions = args.disposable ? parent : { parent: this, protect: true, retainOnDelete: true };
    const { bucket, arn } = new aws.s3.Bucket(
      name,
      { bucket: args.bucket, forceDestroy: args.disposable },
      bucketOptions,
    );

    const access = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    const ownership = new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      parent,
    );
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket,
        rules: [{ applyServerSideEncryptionByDefault: encryptionBy(args.key), bucketKeyEnabled: true }],
      },
      parent,
    );
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: args.versioned ? "Enabled" : "Suspended" } },
      parent,
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: [ABORT_UPLOADS, ...(args.versioned ? [EXPIRE_OLD_VERSIONS] : []), ...args.rules] },
      { parent: this, dependsOn: [versioning] },
    );
    // S3 refuses concurrent changes of the public access block and the policy.
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket,
        policy: pulumi
          .all([arn, args.servedBy])
          .apply(([own, distribution]) => bucketPolicy(own, args, distribution)),
      },
      { parent: this, dependsOn: [access] },
    );
    if (args.logs)
      new aws.s3.BucketLogging(
        `${name}-logging`,
        { bucket, targetBucket: args.logs.name, targetPrefix: `${args.bucket}/` },
        parent,
      );

    this.name = bucket;
    this.arn = arn;
    this.ready = [access, ownership, encryption, versioning, policy];
    this.registerOutputs({ name: bucket, arn });
  }
}

const encryptionBy = (key: pulumi.Input<string> | undefined) =>
  key ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: key } : { sseAlgorithm: "AES256" };

const ABORT_UPLOADS: LifecycleRule = {
  id: "abort-unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
};

const EXPIRE_OLD_VERSIONS: LifecycleRule = {
  id: "expire-old-versions",
  status: "Enabled",
  filter: { prefix: "" },
  noncurrentVersionExpiration: { noncurrentDays: 30 },
};

const bucketPolicy = (
  arn: string,
  { acceptsLogsOf, acceptsDeliveriesFrom }: SecureBucketArgs,
  servedBy: string | undefined,
): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...(acceptsLogsOf === undefined ? [] : [acceptLogs(arn, acceptsLogsOf)]),
      ...(acceptsLogsOf === undefined || acceptsDeliveriesFrom === undefined
        ? []
        : [acceptDeliveries(arn, acceptsLogsOf, acceptsDeliveriesFrom)]),
      ...(servedBy === undefined ? [] : [serveSite(arn, servedBy)]),
    ],
  });

const acceptLogs = (arn: string, account: string) => ({
  Sid: "TakeAccessLogs",
  Effect: "Allow",
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: `${arn}/*`,
  Condition: { StringEquals: { "aws:SourceAccount": account } },
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html */
const acceptDeliveries = (arn: string, account: string, region: string) => ({
  Sid: "TakeDeliveredLogs",
  Effect: "Allow",
  Principal: { Service: "delivery.logs.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: `${arn}/AWSLogs/${account}/*`,
  Condition: {
    StringEquals: { "aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control" },
    ArnLike: { "aws:SourceArn": `arn:aws:logs:${region}:${account}:delivery-source:*` },
  },
});

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
const serveSite = (arn: string, distribution: string) => ({
  Sid: "ServeSite",
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: `${arn}/site/*`,
  Condition: { StringEquals: { "AWS:SourceArn": distribution } },
});

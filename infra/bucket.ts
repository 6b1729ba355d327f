import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type LifecycleRule = pulumi.Unwrap<aws.types.input.s3.BucketLifecycleConfigurationRule>;

export interface SecureBucketArgs {
  readonly bucket: string;
  /** Rules besides the one that ends unfinished uploads. */
  readonly rules: readonly LifecycleRule[];
  /** Deleted with all that is in it; else kept whatever happens to the stack. */
  readonly disposable: boolean;
  readonly versioned: boolean;
  /** ARN of the key that encrypts it; without one S3's own does. */
  readonly key?: pulumi.Input<string> | undefined;
  /** Where requests are logged; a bucket of logs has none. */
  readonly logs?: SecureBucket;
  /** The account whose buckets' access logs it takes: without ACLs, S3 delivers by a policy alone. */
  readonly takesLogsOf?: string;
}

/** A private bucket: no public access, no ACLs, encrypted at rest and in transit. */
export class SecureBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** Done when the bucket is ready to be written to. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: SecureBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:storage:SecureBucket", name, {}, options);
    const parent = { parent: this };
    const lasting = args.disposable ? parent : { parent: this, protect: true, retainOnDelete: true };
    const { bucket, arn } = new aws.s3.Bucket(
      name,
      { bucket: args.bucket, forceDestroy: args.disposable },
      lasting,
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
    // S3 refuses a policy while it checks for public access: one after the other.
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      { bucket, policy: arn.apply((own) => bucketPolicy(own, args.takesLogsOf)) },
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

const bucketPolicy = (arn: string, takesLogsOf: string | undefined): string =>
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
      ...(takesLogsOf === undefined ? [] : [takeLogs(arn, takesLogsOf)]),
    ],
  });

const takeLogs = (arn: string, account: string) => ({
  Sid: "TakeAccessLogs",
  Effect: "Allow",
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: `${arn}/*`,
  Condition: { StringEquals: { "aws:SourceAccount": account } },
});

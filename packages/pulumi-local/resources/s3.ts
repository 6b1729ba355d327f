import type { LifecycleRule, LifecycleRuleFilter, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import type { s3 } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type { CallAws } from "../aws";
import { tagging } from "./tagging";
import { pascal, policyText, type Types, tagList, type } from "./type";

/** A configuration of a bucket, created and changed by one call. */
const bucketConfiguration = <Args extends { bucket: s3.BucketPolicyArgs["bucket"] }>(
  put: (inputs: Unwrap<Args>, call: CallAws) => Promise<unknown>,
  remove: (bucket: string, call: CallAws) => Promise<unknown>,
) =>
  type<Args>({
    replaceOn: ["bucket"],
    describe: (inputs) => ({ id: bucketOf(inputs) }),
    create: async (inputs, { call }) => {
      await put(inputs, call);
    },
    update: async (inputs, { call }) => {
      await put(inputs, call);
    },
    delete: async (inputs, { call }) => {
      await remove(bucketOf(inputs), call);
    },
  });

const bucketOf = (inputs: unknown): string => (inputs as { bucket: string }).bucket;

export const s3Types: Types = {
  "aws:s3/bucket:Bucket": type<s3.BucketArgs>({
    nameInput: "bucket",
    replaceOn: ["bucket", "objectLockEnabled"],
    holdsData: true,
    taggable: tagging.s3,
    describe: ({ bucket = "" }, location) => ({
      id: bucket,
      outputs: {
        bucket,
        arn: `arn:${location.partition}:s3:::${bucket}`,
        bucketDomainName: `${bucket}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${bucket}.s3.${location.region}.amazonaws.com`,
        bucketRegion: location.region,
        region: location.region,
      },
    }),
    create: async ({ bucket, objectLockEnabled }, { call, location, tags }) => {
      const elsewhere =
        location.region === "us-east-1" ? {} : { LocationConstraint: location.region as never };
      await call("s3", "CreateBucket", {
        Bucket: bucket,
        ...(location.region !== "us-east-1" && { CreateBucketConfiguration: elsewhere }),
        ...(objectLockEnabled && { ObjectLockEnabledForBucket: true }),
      });
      await tag(call, bucket, tags);
    },
    // Its other inputs, such as forceDestroy, exist in the program only.
    update: async () => {},
    delete: async ({ bucket, forceDestroy }, { call }) => {
      if (forceDestroy) await empty(call, bucket);
      await call("s3", "DeleteBucket", { Bucket: bucket });
    },
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
    bucketConfiguration<s3.BucketPublicAccessBlockArgs>(
      ({ bucket, blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }, call) =>
        call("s3", "PutPublicAccessBlock", {
          Bucket: bucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: blockPublicAcls,
            BlockPublicPolicy: blockPublicPolicy,
            IgnorePublicAcls: ignorePublicAcls,
            RestrictPublicBuckets: restrictPublicBuckets,
          },
        }),
      (Bucket, call) => call("s3", "DeletePublicAccessBlock", { Bucket }),
    ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls":
    bucketConfiguration<s3.BucketOwnershipControlsArgs>(
      ({ bucket, rule }, call) =>
        call("s3", "PutBucketOwnershipControls", {
          Bucket: bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership as never }] },
        }),
      (Bucket, call) => call("s3", "DeleteBucketOwnershipControls", { Bucket }),
    ),
  "aws:s3/bucketVersioning:BucketVersioning": bucketConfiguration<s3.BucketVersioningArgs>(
    ({ bucket, versioningConfiguration }, call) =>
      call("s3", "PutBucketVersioning", {
        Bucket: bucket,
        VersioningConfiguration: { Status: versioningConfiguration.status as never },
      }),
    (Bucket, call) =>
      call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Suspended" } }),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    bucketConfiguration<s3.BucketServerSideEncryptionConfigurationArgs>(
      ({ bucket, rules }, call) =>
        call("s3", "PutBucketEncryption", {
          Bucket: bucket,
          ServerSideEncryptionConfiguration: {
            Rules: rules.map(
              ({ applyServerSideEncryptionByDefault: by, bucketKeyEnabled }): ServerSideEncryptionRule => ({
                ...(by && {
                  ApplyServerSideEncryptionByDefault: {
                    SSEAlgorithm: by.sseAlgorithm as never,
                    KMSMasterKeyID: by.kmsMasterKeyId,
                  },
                }),
                BucketKeyEnabled: bucketKeyEnabled,
              }),
            ),
          },
        }),
      (Bucket, call) => call("s3", "DeleteBucketEncryption", { Bucket }),
    ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
    bucketConfiguration<s3.BucketLifecycleConfigurationArgs>(
      ({ bucket, rules = [] }, call) =>
        call("s3", "PutBucketLifecycleConfiguration", {
          Bucket: bucket,
          LifecycleConfiguration: { Rules: rules.map((rule) => lifecycleRule(rule)) },
        }),
      (Bucket, call) => call("s3", "DeleteBucketLifecycle", { Bucket }),
    ),
  "aws:s3/bucketLogging:BucketLogging": bucketConfiguration<s3.BucketLoggingArgs>(
    ({ bucket, targetBucket, targetPrefix }, call) =>
      call("s3", "PutBucketLogging", {
        Bucket: bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
      }),
    (Bucket, call) => call("s3", "PutBucketLogging", { Bucket, BucketLoggingStatus: {} }),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": bucketConfiguration<s3.BucketPolicyArgs>(
    ({ bucket, policy }, call) =>
      call("s3", "PutBucketPolicy", { Bucket: bucket, Policy: policyText(policy) }),
    (Bucket, call) => call("s3", "DeleteBucketPolicy", { Bucket }),
  ),
};

type Rule = NonNullable<Unwrap<s3.BucketLifecycleConfigurationArgs>["rules"]>[number];

async function tag(
  call: CallAws,
  bucket: string | undefined,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(tags).length > 0)
    await call("s3", "PutBucketTagging", { Bucket: bucket, Tagging: { TagSet: tagList(tags) } });
}

/** Every version and every marker. */
async function empty(call: CallAws, bucket: string | undefined): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await call("s3", "ListObjectVersions", { Bucket: bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await call("s3", "DeleteObjects", { Bucket: bucket, Delete: { Objects, Quiet: true } });
  }
}

/** The provider has tags as a map, S3 as a list. */
function lifecycleFilter({ and, ...filter }: NonNullable<Rule["filter"]>): LifecycleRuleFilter {
  if (!and) return pascal(filter) as LifecycleRuleFilter;
  const { tags = {}, ...rest } = and;
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { And: { ...(pascal(rest) as LifecycleRuleFilter["And"]), ...(Tags.length > 0 && { Tags }) } };
}

function lifecycleRule({ filter, prefix, ...rule }: Rule): LifecycleRule {
  const { id, abortIncompleteMultipartUpload, ...rest } = rule;
  return {
    ...(pascal(rest) as LifecycleRule),
    ID: id,
    Filter: filter ? lifecycleFilter(filter) : { Prefix: prefix ?? "" },
    ...(abortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: pascal(abortIncompleteMultipartUpload) as {
        DaysAfterInitiation: number;
      },
    }),
  };
}

import type {
  AccelerateConfiguration,
  BucketLoggingStatus,
  CORSConfiguration,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  RequestPaymentConfiguration,
  ServerSideEncryptionConfiguration,
} from "@aws-sdk/client-s3";
import { AwsError } from "../../../errors";
import { defaultEncryption } from "../encryption";
import { s3Errors } from "../errors";
import { type Make, onBucket } from "../operation";
import type { S3Store } from "../store";
import { tagList, tagMap } from "../tags";

/** Sub-resources of a bucket that are kept as they are put and read back, each by its name in the record. */
interface Addressed {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The sub-resource, or the error AWS has for its absence. */
function read<T extends object>(
  store: S3Store,
  input: Addressed,
  name: string,
  absent?: () => AwsError,
): T | undefined {
  const found = store.record(store.bucket(input.Bucket, input.ExpectedBucketOwner).name).configurations[name];
  if (!found && absent) throw absent();
  return found as T | undefined;
}

function write(
  store: S3Store,
  input: Addressed,
  name: string,
  value: object | undefined,
): Record<string, never> {
  const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
  store.records.update(bucket.name, ({ configurations }) => {
    if (value) configurations[name] = value;
    else delete configurations[name];
  });
  return {};
}

const required = <T>(value: T | undefined): T => {
  if (value === undefined) throw s3Errors.malformedXml();
  return value;
};

const absent = (code: string, message: string) => () => new AwsError(code, message, 404);

const noCors = absent("NoSuchCORSConfiguration", "The CORS configuration does not exist");
const noTags = absent("NoSuchTagSet", "The TagSet does not exist");
const noBlock = absent(
  "NoSuchPublicAccessBlockConfiguration",
  "The public access block configuration was not found",
);
const noOwnership = absent("OwnershipControlsNotFoundError", "The bucket ownership controls were not found");

export const getBucketCors: Make<"GetBucketCors"> = (store) => ({
  ...onBucket("s3:GetBucketCORS"),
  run: (input) => ({ ...read<CORSConfiguration>(store, input, "cors", noCors) }),
});
export const putBucketCors: Make<"PutBucketCors"> = (store) => ({
  ...onBucket("s3:PutBucketCORS"),
  run: (input) => write(store, input, "cors", required(input.CORSConfiguration)),
});
export const deleteBucketCors: Make<"DeleteBucketCors"> = (store) => ({
  ...onBucket("s3:PutBucketCORS"),
  run: (input) => write(store, input, "cors", undefined),
});

export const getBucketTagging: Make<"GetBucketTagging"> = (store) => ({
  ...onBucket("s3:GetBucketTagging"),
  run: (input) => ({ TagSet: tagList(read<Record<string, string>>(store, input, "tagging", noTags) ?? {}) }),
});
export const putBucketTagging: Make<"PutBucketTagging"> = (store) => ({
  ...onBucket("s3:PutBucketTagging"),
  run: (input) => write(store, input, "tagging", tagMap(required(input.Tagging?.TagSet), 50)),
});
export const deleteBucketTagging: Make<"DeleteBucketTagging"> = (store) => ({
  ...onBucket("s3:PutBucketTagging"),
  run: (input) => write(store, input, "tagging", undefined),
});

export const getPublicAccessBlock: Make<"GetPublicAccessBlock"> = (store) => ({
  ...onBucket("s3:GetBucketPublicAccessBlock"),
  run: (input) => ({
    PublicAccessBlockConfiguration: read<PublicAccessBlockConfiguration>(
      store,
      input,
      "publicAccessBlock",
      noBlock,
    ),
  }),
});
export const putPublicAccessBlock: Make<"PutPublicAccessBlock"> = (store) => ({
  ...onBucket("s3:PutBucketPublicAccessBlock"),
  run: (input) => {
    const asked = required(input.PublicAccessBlockConfiguration);
    return write(store, input, "publicAccessBlock", {
      BlockPublicAcls: asked.BlockPublicAcls ?? false,
      IgnorePublicAcls: asked.IgnorePublicAcls ?? false,
      BlockPublicPolicy: asked.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: asked.RestrictPublicBuckets ?? false,
    });
  },
});
export const deletePublicAccessBlock: Make<"DeletePublicAccessBlock"> = (store) => ({
  ...onBucket("s3:PutBucketPublicAccessBlock"),
  run: (input) => write(store, input, "publicAccessBlock", undefined),
});

export const getBucketOwnershipControls: Make<"GetBucketOwnershipControls"> = (store) => ({
  ...onBucket("s3:GetBucketOwnershipControls"),
  run: (input) => ({
    OwnershipControls: read<OwnershipControls>(store, input, "ownershipControls", noOwnership),
  }),
});
export const putBucketOwnershipControls: Make<"PutBucketOwnershipControls"> = (store) => ({
  ...onBucket("s3:PutBucketOwnershipControls"),
  run: (input) => write(store, input, "ownershipControls", required(input.OwnershipControls)),
});
export const deleteBucketOwnershipControls: Make<"DeleteBucketOwnershipControls"> = (store) => ({
  ...onBucket("s3:PutBucketOwnershipControls"),
  run: (input) => write(store, input, "ownershipControls", undefined),
});

export const getBucketEncryption: Make<"GetBucketEncryption"> = (store) => ({
  ...onBucket("s3:GetEncryptionConfiguration"),
  run: (input) => ({
    ServerSideEncryptionConfiguration:
      read<ServerSideEncryptionConfiguration>(store, input, "encryption") ?? defaultEncryption,
  }),
});
export const putBucketEncryption: Make<"PutBucketEncryption"> = (store) => ({
  ...onBucket("s3:PutEncryptionConfiguration"),
  run: (input) => {
    const { Rules = [] } = required(input.ServerSideEncryptionConfiguration);
    if (Rules.length !== 1) throw s3Errors.malformedXml();
    // BucketKeyEnabled is always answered, also when it was left out.
    return write(store, input, "encryption", {
      Rules: Rules.map((rule) => ({ BucketKeyEnabled: false, ...rule })),
    });
  },
});
export const deleteBucketEncryption: Make<"DeleteBucketEncryption"> = (store) => ({
  ...onBucket("s3:PutEncryptionConfiguration"),
  run: (input) => write(store, input, "encryption", undefined),
});

export const getBucketLogging: Make<"GetBucketLogging"> = (store) => ({
  ...onBucket("s3:GetBucketLogging"),
  run: (input) => ({ ...read<BucketLoggingStatus>(store, input, "logging") }),
});
export const putBucketLogging: Make<"PutBucketLogging"> = (store) => ({
  ...onBucket("s3:PutBucketLogging"),
  run: (input) => {
    const { LoggingEnabled } = required(input.BucketLoggingStatus);
    if (LoggingEnabled && !store.find(LoggingEnabled.TargetBucket ?? ""))
      throw new AwsError("InvalidTargetBucketForLogging", "The target bucket for logging does not exist");
    return write(store, input, "logging", LoggingEnabled && { LoggingEnabled });
  },
});

export const getBucketAccelerateConfiguration: Make<"GetBucketAccelerateConfiguration"> = (store) => ({
  ...onBucket("s3:GetAccelerateConfiguration"),
  run: (input) => ({ ...read<AccelerateConfiguration>(store, input, "accelerate") }),
});

export const getBucketRequestPayment: Make<"GetBucketRequestPayment"> = (store) => ({
  ...onBucket("s3:GetBucketRequestPayment"),
  run: (input) => ({
    ...(read<RequestPaymentConfiguration>(store, input, "requestPayment") ?? { Payer: "BucketOwner" }),
  }),
});
export const putBucketRequestPayment: Make<"PutBucketRequestPayment"> = (store) => ({
  ...onBucket("s3:PutBucketRequestPayment"),
  run: (input) => {
    const { Payer } = required(input.RequestPaymentConfiguration);
    if (Payer !== "BucketOwner")
      throw new AwsError("NotImplemented", "The embedded cloud does not support requester-pays buckets", 501);
    return write(store, input, "requestPayment", { Payer });
  },
});

/** Sub-resources that no bucket here ever has: read as absent, refused when put. */
const neverThere = (store: S3Store, input: Addressed, error: () => AwsError): never => {
  store.bucket(input.Bucket, input.ExpectedBucketOwner);
  throw error();
};

export const getBucketWebsite: Make<"GetBucketWebsite"> = (store) => ({
  ...onBucket("s3:GetBucketWebsite"),
  run: (input) =>
    neverThere(
      store,
      input,
      absent("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
    ),
});
export const getBucketReplication: Make<"GetBucketReplication"> = (store) => ({
  ...onBucket("s3:GetReplicationConfiguration"),
  run: (input) =>
    neverThere(
      store,
      input,
      absent("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
    ),
});
export const getObjectLockConfiguration: Make<"GetObjectLockConfiguration"> = (store) => ({
  ...onBucket("s3:GetBucketObjectLockConfiguration"),
  run: (input) =>
    neverThere(
      store,
      input,
      absent(
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
      ),
    ),
});
export { read as readConfiguration, required, write as writeConfiguration };

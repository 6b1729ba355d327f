import type {
  AccelerateConfiguration,
  BucketLoggingStatus,
  CORSConfiguration,
  CORSRule,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  RequestPaymentConfiguration,
  ServerSideEncryptionConfiguration,
  Tagging,
} from "@aws-sdk/client-s3";
import { AwsError } from "../../../errors";
import type { Operation } from "../../../service";
import { defaultEncryption } from "../encryption";
import { invalidArgument, invalidRequest, s3Errors } from "../errors";
import { type Make, onBucket } from "../operation";
import type { S3Store } from "../store";
import { tagList, tagMap } from "../tags";

interface BucketInput {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** A configuration of a bucket. When there is none, throws the error, or returns undefined without one. */
export function readConfiguration<T extends object>(
  store: S3Store,
  input: BucketInput,
  name: string,
  absent?: () => AwsError,
): T | undefined {
  const found = store.record(store.bucket(input.Bucket, input.ExpectedBucketOwner).name).configurations[name];
  if (!found && absent) throw withBucket(absent(), input);
  return found as T | undefined;
}

/** S3 names the bucket in the error for a configuration that does not exist. */
const withBucket = ({ code, message, status }: AwsError, { Bucket }: BucketInput): AwsError =>
  new AwsError(code, message, status, { BucketName: Bucket });

export function writeConfiguration(
  store: S3Store,
  input: BucketInput,
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

export const deleteConfiguration =
  (action: string, name: string) =>
  (store: S3Store): Operation<BucketInput, Record<string, never>> => ({
    ...onBucket(action),
    run: (input) => writeConfiguration(store, input, name, undefined),
  });

export const required = <T>(value: T | undefined): T => {
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

const CORS_METHODS: readonly string[] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** S3 API, PutBucketCors: 1 to 100 rules, each with origins and methods. */
function checkCorsRules(rules: CORSRule[]): CORSRule[] {
  if (rules.length === 0 || rules.length > 100) throw s3Errors.malformedXml();
  for (const { AllowedMethods = [], AllowedOrigins = [] } of rules) {
    if (AllowedMethods.length === 0 || AllowedOrigins.length === 0) throw s3Errors.malformedXml();
    const unknown = AllowedMethods.find((method) => !CORS_METHODS.includes(method));
    if (unknown !== undefined)
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`);
  }
  return rules;
}

export const getBucketCors: Make<"GetBucketCors"> = (store) => ({
  ...onBucket("s3:GetBucketCORS"),
  run: (input) => ({ ...readConfiguration<CORSConfiguration>(store, input, "cors", noCors) }),
});
export const putBucketCors: Make<"PutBucketCors"> = (store) => ({
  ...onBucket("s3:PutBucketCORS"),
  run: (input) => {
    const { CORSRules } = required(input.CORSConfiguration);
    return writeConfiguration(store, input, "cors", { CORSRules: checkCorsRules(CORSRules ?? []) });
  },
});
export const deleteBucketCors: Make<"DeleteBucketCors"> = deleteConfiguration("s3:PutBucketCORS", "cors");

export const getBucketTagging: Make<"GetBucketTagging"> = (store) => ({
  ...onBucket("s3:GetBucketTagging"),
  run: (input) => ({
    TagSet: tagList(readConfiguration<Record<string, string>>(store, input, "tagging", noTags) ?? {}),
  }),
});
export const putBucketTagging: Make<"PutBucketTagging"> = (store) => ({
  ...onBucket("s3:PutBucketTagging"),
  run: (input) => writeConfiguration(store, input, "tagging", tagsOf(input.Tagging)),
});
/** An empty list deletes the tags (recorded by LocalStack's test_put_bucket_tagging_none_value). */
function tagsOf(tagging: Tagging | undefined): Record<string, string> | undefined {
  const tags = tagMap(required(tagging).TagSet ?? [], "bucket");
  return Object.keys(tags).length > 0 ? tags : undefined;
}

export const deleteBucketTagging: Make<"DeleteBucketTagging"> = deleteConfiguration(
  "s3:PutBucketTagging",
  "tagging",
);

export const getPublicAccessBlock: Make<"GetPublicAccessBlock"> = (store) => ({
  ...onBucket("s3:GetBucketPublicAccessBlock"),
  run: (input) => ({
    PublicAccessBlockConfiguration: readConfiguration<PublicAccessBlockConfiguration>(
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
    const given = required(input.PublicAccessBlockConfiguration);
    if (Object.keys(given).length === 0) throw invalidRequest("Must specify at least one configuration.");
    return writeConfiguration(store, input, "publicAccessBlock", {
      BlockPublicAcls: given.BlockPublicAcls ?? false,
      IgnorePublicAcls: given.IgnorePublicAcls ?? false,
      BlockPublicPolicy: given.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
    });
  },
});
export const deletePublicAccessBlock: Make<"DeletePublicAccessBlock"> = deleteConfiguration(
  "s3:PutBucketPublicAccessBlock",
  "publicAccessBlock",
);

export const OWNERSHIPS: readonly string[] = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

export const getBucketOwnershipControls: Make<"GetBucketOwnershipControls"> = (store) => ({
  ...onBucket("s3:GetBucketOwnershipControls"),
  run: (input) => ({
    OwnershipControls: readConfiguration<OwnershipControls>(store, input, "ownershipControls", noOwnership),
  }),
});
export const putBucketOwnershipControls: Make<"PutBucketOwnershipControls"> = (store) => ({
  ...onBucket("s3:PutBucketOwnershipControls"),
  run: (input) => {
    const { Rules = [] } = required(input.OwnershipControls);
    if (Rules.length !== 1 || !OWNERSHIPS.includes(Rules[0]?.ObjectOwnership ?? ""))
      throw s3Errors.malformedXml();
    return writeConfiguration(store, input, "ownershipControls", { Rules });
  },
});
export const deleteBucketOwnershipControls: Make<"DeleteBucketOwnershipControls"> = deleteConfiguration(
  "s3:PutBucketOwnershipControls",
  "ownershipControls",
);

export const getBucketEncryption: Make<"GetBucketEncryption"> = (store) => ({
  ...onBucket("s3:GetEncryptionConfiguration"),
  run: (input) => ({
    ServerSideEncryptionConfiguration:
      readConfiguration<ServerSideEncryptionConfiguration>(store, input, "encryption") ?? defaultEncryption,
  }),
});
export const putBucketEncryption: Make<"PutBucketEncryption"> = (store) => ({
  ...onBucket("s3:PutEncryptionConfiguration"),
  run: (input) => {
    store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const { Rules = [] } = required(input.ServerSideEncryptionConfiguration);
    const by = Rules[0]?.ApplyServerSideEncryptionByDefault;
    if (Rules.length !== 1 || by?.SSEAlgorithm === undefined) throw s3Errors.malformedXml();
    if (by.SSEAlgorithm === "AES256" && by.KMSMasterKeyID !== undefined)
      throw invalidArgument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        "ApplyServerSideEncryptionByDefault",
      );
    // GetBucketEncryption always returns BucketKeyEnabled.
    return writeConfiguration(store, input, "encryption", {
      Rules: Rules.map((rule) => ({ BucketKeyEnabled: false, ...rule })),
    });
  },
});
export const deleteBucketEncryption: Make<"DeleteBucketEncryption"> = deleteConfiguration(
  "s3:PutEncryptionConfiguration",
  "encryption",
);

export const getBucketLogging: Make<"GetBucketLogging"> = (store) => ({
  ...onBucket("s3:GetBucketLogging"),
  run: (input) => ({ ...readConfiguration<BucketLoggingStatus>(store, input, "logging") }),
});
export const putBucketLogging: Make<"PutBucketLogging"> = (store) => ({
  ...onBucket("s3:PutBucketLogging"),
  run: (input) => {
    const { LoggingEnabled } = required(input.BucketLoggingStatus);
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    if (LoggingEnabled && !store.find(LoggingEnabled.TargetBucket ?? ""))
      throw new AwsError(
        "InvalidTargetBucketForLogging",
        "The target bucket for logging does not exist",
        400,
        {
          TargetBucket: LoggingEnabled.TargetBucket,
        },
      );
    if (LoggingEnabled)
      checkLocation(store.record(bucket.name).region, store.record(LoggingEnabled.TargetBucket ?? "").region);
    return writeConfiguration(store, input, "logging", LoggingEnabled && { LoggingEnabled });
  },
});

/** AWS names the source's region except for us-east-1 (recorded by LocalStack's test_put_bucket_logging_cross_locations). */
function checkLocation(source: string, target: string): void {
  if (source === target) return;
  throw new AwsError("CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ", 403, {
    ...(source !== "us-east-1" && { SourceBucketLocation: source }),
    TargetBucketLocation: target,
  });
}

export const getBucketAccelerateConfiguration: Make<"GetBucketAccelerateConfiguration"> = (store) => ({
  ...onBucket("s3:GetAccelerateConfiguration"),
  run: (input) => ({ ...readConfiguration<AccelerateConfiguration>(store, input, "accelerate") }),
});

export const getBucketRequestPayment: Make<"GetBucketRequestPayment"> = (store) => ({
  ...onBucket("s3:GetBucketRequestPayment"),
  run: (input) => ({
    ...(readConfiguration<RequestPaymentConfiguration>(store, input, "requestPayment") ?? {
      Payer: "BucketOwner",
    }),
  }),
});
export const putBucketRequestPayment: Make<"PutBucketRequestPayment"> = (store) => ({
  ...onBucket("s3:PutBucketRequestPayment"),
  run: (input) => {
    const { Payer } = required(input.RequestPaymentConfiguration);
    if (Payer !== "BucketOwner" && Payer !== "Requester") throw s3Errors.malformedXml();
    if (Payer !== "BucketOwner")
      throw new AwsError("NotImplemented", "The embedded cloud does not support requester-pays buckets", 501);
    return writeConfiguration(store, input, "requestPayment", { Payer });
  },
});

/** A configuration that the embedded cloud never stores: reading it returns the error of a bucket without it. */
const unavailable =
  (action: string, code: string, message: string) =>
  (store: S3Store): Operation<BucketInput, never> => ({
    ...onBucket(action),
    run: (input) => {
      store.bucket(input.Bucket, input.ExpectedBucketOwner);
      throw withBucket(absent(code, message)(), input);
    },
  });

export const getBucketWebsite: Make<"GetBucketWebsite"> = unavailable(
  "s3:GetBucketWebsite",
  "NoSuchWebsiteConfiguration",
  "The specified bucket does not have a website configuration",
);
export const getBucketReplication: Make<"GetBucketReplication"> = unavailable(
  "s3:GetReplicationConfiguration",
  "ReplicationConfigurationNotFoundError",
  "The replication configuration was not found",
);
export const getObjectLockConfiguration: Make<"GetObjectLockConfiguration"> = unavailable(
  "s3:GetBucketObjectLockConfiguration",
  "ObjectLockConfigurationNotFoundError",
  "Object Lock configuration does not exist for this bucket",
);

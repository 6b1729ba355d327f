import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import { bucketArn, objectArn } from "./names";
import type { S3Store } from "./store";

export type S3Operation<O extends OperationName<"s3">> = Operation<Input<"s3", O>, Output<"s3", O>>;

/** Creates an operation for a store. */
export type Make<O extends OperationName<"s3">> = (store: S3Store) => S3Operation<O>;

interface BucketInput {
  readonly Bucket: string | undefined;
}

interface ObjectInput extends BucketInput {
  readonly Key: string | undefined;
}

/** Authorization for the bucket. */
export const onBucket = (action: string) => ({
  actions: [action],
  resources: (input: BucketInput) => [bucketArn(input.Bucket)],
});

interface ListInput extends BucketInput {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

/** Authorization for listings, with their condition keys. */
export const onListing = (action: string) => ({
  ...onBucket(action),
  context: ({ Prefix = "", Delimiter, MaxKeys }: ListInput) => ({
    "s3:prefix": Prefix,
    ...(Delimiter !== undefined && { "s3:delimiter": Delimiter }),
    ...(MaxKeys !== undefined && { "s3:max-keys": String(MaxKeys) }),
  }),
});

interface WriteInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly ACL?: string | undefined;
  readonly Tagging?: string | undefined;
}

/** The condition keys of writes. */
const writeContext = ({
  ServerSideEncryption,
  SSEKMSKeyId,
  SSECustomerAlgorithm,
  StorageClass,
  ACL,
}: WriteInput) => ({
  ...(ServerSideEncryption !== undefined && { "s3:x-amz-server-side-encryption": ServerSideEncryption }),
  ...(SSEKMSKeyId !== undefined && { "s3:x-amz-server-side-encryption-aws-kms-key-id": SSEKMSKeyId }),
  ...(SSECustomerAlgorithm !== undefined && {
    "s3:x-amz-server-side-encryption-customer-algorithm": SSECustomerAlgorithm,
  }),
  ...(StorageClass !== undefined && { "s3:x-amz-storage-class": StorageClass }),
  ...(ACL !== undefined && { "s3:x-amz-acl": ACL }),
});

/** Authorization for writing an object. Tags in the request's header need s3:PutObjectTagging too (S3 API, PutObject). */
export const onWrite = (action: string) => ({
  ...onObject(action),
  actions: ({ Tagging }: WriteInput) => (Tagging ? [action, "s3:PutObjectTagging"] : [action]),
  context: writeContext,
});

/** Authorization for an object. */
export const onObject = (action: string) => ({
  actions: [action],
  resources: (input: ObjectInput) => [objectArn(input.Bucket, input.Key)],
});

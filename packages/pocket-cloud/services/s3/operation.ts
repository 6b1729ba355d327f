import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import { bucketArn, objectArn } from "./names";
import type { S3Store } from "./store";

export type S3Operation<O extends OperationName<"s3">> = Operation<Input<"s3", O>, Output<"s3", O>>;

/** An operation's file exports one of these; the store comes when the service is made. */
export type Make<O extends OperationName<"s3">> = (store: S3Store) => S3Operation<O>;

interface BucketInput {
  readonly Bucket: string | undefined;
}

interface ObjectInput extends BucketInput {
  readonly Key: string | undefined;
}

/** Rights on the bucket itself. */
export const onBucket = (action: string) => ({
  actions: [action],
  resources: (input: BucketInput) => [bucketArn(input.Bucket)],
});

interface ListInput extends BucketInput {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

/** Rights on a listing, which policies narrow by what is listed. */
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
  readonly StorageClass?: string | undefined;
  readonly ACL?: string | undefined;
}

/** What policies on writes look at. */
const writeContext = ({ ServerSideEncryption, SSEKMSKeyId, StorageClass, ACL }: WriteInput) => ({
  ...(ServerSideEncryption !== undefined && { "s3:x-amz-server-side-encryption": ServerSideEncryption }),
  ...(SSEKMSKeyId !== undefined && { "s3:x-amz-server-side-encryption-aws-kms-key-id": SSEKMSKeyId }),
  ...(StorageClass !== undefined && { "s3:x-amz-storage-class": StorageClass }),
  ...(ACL !== undefined && { "s3:x-amz-acl": ACL }),
});

/** Rights on writing one object. */
export const onWrite = (action: string) => ({ ...onObject(action), context: writeContext });

/** Rights on one object. */
export const onObject = (action: string) => ({
  actions: [action],
  resources: (input: ObjectInput) => [objectArn(input.Bucket, input.Key)],
});

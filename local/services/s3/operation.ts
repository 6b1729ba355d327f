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

/** Rights on one object. */
export const onObject = (action: string) => ({
  actions: [action],
  resources: (input: ObjectInput) => [objectArn(input.Bucket, input.Key)],
});

import type { DeliveryStream } from "../model";
import type { FirehoseStore } from "../store";
import type { S3Object } from "./objects";

/** Writes an object as the destination's role; the same key again after a failure, so nothing is doubled. */
export async function putObject(
  store: FirehoseStore,
  stream: DeliveryStream,
  object: S3Object,
): Promise<void> {
  const {
    RoleARN = "",
    BucketARN = "",
    EncryptionConfiguration,
  } = object.backup ? (stream.destination.S3BackupDescription ?? stream.destination) : stream.destination;
  const caller = store.cloud.identities().assume(RoleARN, stream.name, "firehose.amazonaws.com", stream.arn);
  const key = EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN;
  await store.cloud.call(
    "s3",
    "PutObject",
    {
      Bucket: BucketARN.split(":::")[1] ?? BucketARN,
      Key: object.key,
      Body: object.body,
      ContentType: "application/octet-stream",
      ...(key !== undefined && { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: key }),
    },
    caller,
  );
  const family = object.backup ? "BackupToS3" : "DeliveryToS3";
  store.metric(`${family}.Success`, stream.name, 1, "Count");
  store.metric(`${family}.Records`, stream.name, object.records, "Count");
  store.metric(`${family}.Bytes`, stream.name, object.body.byteLength, "Bytes");
}

import { errorText } from "../../shared/error-text";
import type { DeliveryStream } from "../model";
import type { FirehoseStore } from "../store";
import type { S3Object } from "./objects";

/** Writes an object under the rights of the destination's role. A retry uses the same key, so nothing is duplicated. */
export async function putObject(
  store: FirehoseStore,
  stream: DeliveryStream,
  object: S3Object,
): Promise<void> {
  const { destination } = stream;
  const {
    RoleARN,
    BucketARN = "",
    EncryptionConfiguration,
  } = object.backup ? (destination.S3BackupDescription ?? destination) : destination;
  const key = EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN;
  await store.cloud.call(
    "s3",
    "PutObject",
    {
      Bucket: BucketARN.split(":::")[1] ?? BucketARN,
      Key: object.key,
      Body: object.body,
      ContentType: "application/octet-stream",
      ChecksumAlgorithm: "CRC32",
      ...(key !== undefined && { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: key }),
    },
    store.caller(stream, RoleARN),
  );
  const { records } = object;
  const bytes = object.body.byteLength;
  store.report(
    stream.name,
    object.backup
      ? { "BackupToS3.Success": 1, "BackupToS3.Records": records, "BackupToS3.Bytes": bytes }
      : { "DeliveryToS3.Success": 1, "DeliveryToS3.Records": records, "DeliveryToS3.Bytes": bytes },
  );
}

/** Writes a failed delivery to the destination's log stream. Failure to write the log does not stop the delivery. */
export async function logFailure(
  store: FirehoseStore,
  stream: DeliveryStream,
  error: unknown,
): Promise<void> {
  const { CloudWatchLoggingOptions: logging, RoleARN, BucketARN } = stream.destination;
  if (!logging?.Enabled) return;
  const { name, message } =
    error instanceof Error ? error : { name: "InternalError", message: String(error) };
  const event = {
    deliveryStreamARN: stream.arn,
    destination: BucketARN,
    deliveryStreamVersionId: stream.version,
    message,
    errorCode: `S3.${name.replace(/Exception$/, "")}`,
  };
  const logEvents = [{ timestamp: store.cloud.clock.now(), message: JSON.stringify(event) }];
  const { LogGroupName: logGroupName, LogStreamName: logStreamName } = logging;
  try {
    const caller = store.caller(stream, RoleARN);
    await store.cloud.call("logs", "PutLogEvents", { logGroupName, logStreamName, logEvents }, caller);
  } catch (failure) {
    store.cloud.log(`firehose: ${stream.name}: no log written: ${errorText(failure)}`);
  }
}

import type { CloudWatchLoggingOptions } from "@aws-sdk/client-firehose";
import type { DeliveryStream } from "../model";
import type { FirehoseStore } from "../store";

/** Writes a failed delivery to the log stream the destination names; a log that is not there is not worth a failure. */
export async function reportFailure(
  store: FirehoseStore,
  stream: DeliveryStream,
  error: unknown,
): Promise<void> {
  const { CloudWatchLoggingOptions: logging, RoleARN = "", BucketARN } = stream.destination;
  if (!logging?.Enabled) return;
  const now = store.cloud.clock.now();
  const { name, message } =
    error instanceof Error ? error : { name: "InternalError", message: String(error) };
  const text = JSON.stringify({
    deliveryStreamARN: stream.arn,
    destination: BucketARN,
    deliveryStreamVersionId: stream.version,
    message,
    errorCode: `S3.${name.replace(/Exception$/, "")}`,
  });
  try {
    const caller = store.cloud
      .identities()
      .assume(RoleARN, stream.name, "firehose.amazonaws.com", stream.arn);
    await put(store, logging, text, now, caller);
  } catch (failure) {
    store.cloud.log(
      `firehose: ${stream.name}: no log written: ${failure instanceof Error ? failure.message : failure}`,
    );
  }
}

const put = (
  store: FirehoseStore,
  { LogGroupName, LogStreamName }: CloudWatchLoggingOptions,
  message: string,
  timestamp: number,
  caller: Parameters<FirehoseStore["cloud"]["call"]>[3],
) =>
  store.cloud.call(
    "logs",
    "PutLogEvents",
    { logGroupName: LogGroupName, logStreamName: LogStreamName, logEvents: [{ timestamp, message }] },
    caller,
  );

import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { bucketArn, ownerOf } from "./names";
import type { Version } from "./records";

/** The name in an event. Configurations prefix it with "s3:". */
export type EventName =
  | "ObjectCreated:Put"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete"
  | "ObjectRemoved:DeleteMarkerCreated"
  | "LifecycleExpiration:Delete"
  | "LifecycleExpiration:DeleteMarkerCreated";

type Kind = "queue" | "topic" | "function";

interface Destination {
  readonly kind: Kind;
  readonly arn: string;
  readonly id: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** The destinations of a configuration. */
export function destinations(configuration: NotificationConfiguration | undefined): Destination[] {
  const {
    QueueConfigurations = [],
    TopicConfigurations = [],
    LambdaFunctionConfigurations = [],
  } = configuration ?? {};
  const all = [
    ...QueueConfigurations.map((one) => ({ kind: "queue" as const, arn: one.QueueArn, ...one })),
    ...TopicConfigurations.map((one) => ({ kind: "topic" as const, arn: one.TopicArn, ...one })),
    ...LambdaFunctionConfigurations.map((one) => ({
      kind: "function" as const,
      arn: one.LambdaFunctionArn,
      ...one,
    })),
  ];
  return all.map(({ kind, arn = "", Id = "", Events = [], Filter }) => {
    const rule = (name: string) =>
      Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? "";
    return { kind, arn, id: Id, events: Events, prefix: rule("prefix"), suffix: rule("suffix") };
  });
}

const matches = (destination: Destination, event: EventName, key: string): boolean =>
  key.startsWith(destination.prefix) &&
  key.endsWith(destination.suffix) &&
  destination.events.some(
    (name) => name === `s3:${event}` || (name.endsWith("*") && `s3:${event}`.startsWith(name.slice(0, -1))),
  );

/** Sends an event to the matching destinations, asynchronously and with retries, as S3 does. */
export function notify(
  cloud: CloudContext,
  bucket: string,
  configuration: NotificationConfiguration | undefined,
  event: EventName,
  version: Version,
): void {
  for (const destination of destinations(configuration)) {
    if (!matches(destination, event, version.key)) continue;
    const message = JSON.stringify({ Records: [record(cloud, bucket, destination.id, event, version)] });
    deliverLater(cloud, destination, message, 0);
  }
}

const ATTEMPTS = 5;

function deliverLater(cloud: CloudContext, destination: Destination, message: string, failed: number): void {
  const wait = failed === 0 ? 0 : 500 * 2 ** failed;
  const attempt = async () => {
    try {
      await deliver(cloud, destination, message);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (failed + 1 < ATTEMPTS) deliverLater(cloud, destination, message, failed + 1);
      else
        cloud.log(
          `s3 notification to ${destination.arn} failed after ${ATTEMPTS} attempts: ${error.message}`,
        );
    }
  };
  cloud.clock.schedule(cloud.clock.now() + wait, attempt, `s3 notification to ${destination.arn}`);
}

async function deliver(cloud: CloudContext, { kind, arn }: Destination, message: string): Promise<void> {
  const caller = { ...cloud.identities().administrator, viaService: "s3.amazonaws.com" };
  if (kind === "topic") {
    await cloud.call(
      "sns",
      "Publish",
      { TopicArn: arn, Subject: "Amazon S3 Notification", Message: message },
      caller,
    );
  } else if (kind === "function") {
    const Payload = Buffer.from(message);
    await cloud.call("lambda", "Invoke", { FunctionName: arn, InvocationType: "Event", Payload }, caller);
  } else {
    const QueueUrl = await queueUrl(cloud, arn);
    await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: message }, caller);
  }
}

async function queueUrl(cloud: CloudContext, arn: string): Promise<string> {
  const QueueName = arn.split(":").at(-1);
  return (
    (await cloud.call("sqs", "GetQueueUrl", { QueueName }, cloud.identities().administrator)).QueueUrl ?? ""
  );
}

/** Version 2.1 of the event message. */
function record(
  cloud: CloudContext,
  bucket: string,
  configurationId: string,
  eventName: EventName,
  version: Version,
) {
  const { ID: principalId } = ownerOf(cloud);
  const now = cloud.clock.now();
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: cloud.region,
    eventTime: new Date(now).toISOString(),
    eventName,
    userIdentity: { principalId },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: bucket, ownerIdentity: { principalId }, arn: bucketArn(bucket) },
      object: {
        key: encodeURIComponent(version.key).replaceAll("%20", "+").replaceAll("%2F", "/"),
        ...(version.kind === "object" && { size: version.size, eTag: version.etag }),
        ...(version.versionId !== "null" && { versionId: version.versionId }),
        sequencer: now.toString(16).toUpperCase().padStart(18, "0"),
      },
    },
  };
}

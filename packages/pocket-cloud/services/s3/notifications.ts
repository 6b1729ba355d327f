import { randomBytes } from "node:crypto";
import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import { servicePrincipal } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { queueUrl } from "../shared/queues";
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
    deliverLater(cloud, bucket, destination, message, 0);
  }
}

const ATTEMPTS = 5;

function deliverLater(
  cloud: CloudContext,
  bucket: string,
  destination: Destination,
  message: string,
  failed: number,
): void {
  const wait = failed === 0 ? 0 : 500 * 2 ** failed;
  const attempt = async () => {
    try {
      await deliver(cloud, bucket, destination, message);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (failed + 1 < ATTEMPTS) deliverLater(cloud, bucket, destination, message, failed + 1);
      else
        cloud.log(
          `s3 notification to ${destination.arn} failed after ${ATTEMPTS} attempts: ${error.message}`,
        );
    }
  };
  cloud.clock.schedule(cloud.clock.now() + wait, attempt, `s3 notification to ${destination.arn}`);
}

/** Sends a message as the service S3 on behalf of the bucket: the destination's policy and key policy must allow it. */
async function deliver(
  cloud: CloudContext,
  bucket: string,
  { kind, arn }: Destination,
  message: string,
): Promise<void> {
  const caller = servicePrincipal(cloud.accountId, "s3.amazonaws.com", bucketArn(bucket));
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
    await cloud.call("sqs", "SendMessage", { QueueUrl: queueUrl(cloud, arn), MessageBody: message }, caller);
  }
}

/** What S3 sends to new queues and topics (S3 user guide, "Supported event types": no entry in Records). */
const testEvent = (cloud: CloudContext, bucket: string): string =>
  JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(cloud.clock.now()).toISOString(),
    Bucket: bucket,
    RequestId: randomBytes(8).toString("hex").toUpperCase(),
    HostId: randomBytes(57).toString("base64"),
  });

/**
 * S3 tries each destination when it is configured: queues and topics get a test event, and a function's policy must allow
 * the invocation (S3 API, PutBucketNotificationConfiguration). Returns the destinations that refuse, with the reason.
 */
export async function unreachable(
  cloud: CloudContext,
  bucket: string,
  configuration: NotificationConfiguration,
): Promise<{ arn: string; reason: string }[]> {
  const refused: { arn: string; reason: string }[] = [];
  for (const destination of destinations(configuration)) {
    const { kind, arn } = destination;
    try {
      if (kind === "function") await tryFunction(cloud, bucket, arn);
      else await deliver(cloud, bucket, destination, testEvent(cloud, bucket));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const name = kind === "function" ? `${arn}, null` : arn;
      refused.push({ arn: name, reason: await reasonOf(cloud, destination) });
    }
  }
  return refused;
}

async function tryFunction(cloud: CloudContext, bucket: string, FunctionName: string): Promise<void> {
  const caller = servicePrincipal(cloud.accountId, "s3.amazonaws.com", bucketArn(bucket));
  await cloud.call("lambda", "Invoke", { FunctionName, InvocationType: "DryRun" }, caller);
}

/** The values in S3's error, as recorded by LocalStack's tests of notifications. */
async function reasonOf(cloud: CloudContext, { kind, arn }: Destination): Promise<string> {
  if (kind === "function") return `Not authorized to invoke function [${arn}]`;
  return (await exists(cloud, kind, arn))
    ? `Permissions on the destination ${kind} do not allow S3 to publish notifications from this bucket`
    : `The destination ${kind} does not exist`;
}

async function exists(cloud: CloudContext, kind: "queue" | "topic", arn: string): Promise<boolean> {
  const { administrator } = cloud.identities();
  try {
    if (kind === "queue")
      await cloud.call("sqs", "GetQueueAttributes", { QueueUrl: queueUrl(cloud, arn) }, administrator);
    else await cloud.call("sns", "GetTopicAttributes", { TopicArn: arn }, administrator);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** A deletion has no size; a new delete marker has the entity tag of nothing (recorded by LocalStack's tests). */
const bytesOf = (eventName: EventName, version: Version) => {
  if (eventName.endsWith("DeleteMarkerCreated")) return { eTag: "d41d8cd98f00b204e9800998ecf8427e" };
  return version.kind === "object" && !eventName.endsWith(":Delete")
    ? { size: version.size, eTag: version.etag }
    : {};
};

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
    // The administrator's identity; the caller is not kept with the event.
    userIdentity: { principalId: `AWS:${cloud.accountId}` },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: {
      "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
      "x-amz-id-2": randomBytes(57).toString("base64"),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: bucket, ownerIdentity: { principalId }, arn: bucketArn(bucket) },
      object: {
        key: encodeURIComponent(version.key).replaceAll("%20", "+").replaceAll("%2F", "/"),
        ...bytesOf(eventName, version),
        ...(version.versionId !== "null" && { versionId: version.versionId }),
        sequencer: now.toString(16).toUpperCase().padStart(18, "0"),
      },
    },
  };
}

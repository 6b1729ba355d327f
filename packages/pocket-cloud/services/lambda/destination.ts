import { randomUUID } from "node:crypto";
import { unsupported } from "../../errors";
import type { CloudContext } from "../../service";
import { queueUrl } from "../shared/queues";

interface Delivery {
  readonly role: string;
  readonly session: string;
  readonly destination: string;
  /** The record that queues, topics and functions receive. */
  readonly record: object;
  /** The record that S3 receives. It also has the payload. */
  readonly s3Record: object;
  /** Attributes of the message to a queue or topic. */
  readonly attributes?: Readonly<Record<string, { DataType: string; StringValue: string }>>;
  /** The object's key in S3 before the date and time. */
  readonly keyPrefix: string;
}

/** Sends an invocation record to a destination under the rights of the function's role. */
export async function deliver(cloud: CloudContext, delivery: Delivery): Promise<void> {
  const caller = cloud.identities().assume(delivery.role, delivery.session, "lambda.amazonaws.com");
  const { destination } = delivery;
  const body = JSON.stringify(delivery.record);
  const attributes = delivery.attributes && { MessageAttributes: { ...delivery.attributes } };
  const service = destination.split(":")[2];
  if (service === "sqs") {
    const QueueUrl = queueUrl(cloud, destination);
    await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: body, ...attributes }, caller);
  } else if (service === "sns")
    await cloud.call("sns", "Publish", { TopicArn: destination, Message: body, ...attributes }, caller);
  else if (service === "lambda")
    await cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: destination, InvocationType: "Event", Payload: Buffer.from(body) },
      caller,
    );
  else if (service === "s3") {
    const Key = `${delivery.keyPrefix}${timestamp(cloud.clock.now())}-${randomUUID()}`;
    const Body = Buffer.from(JSON.stringify(delivery.s3Record));
    await cloud.call("s3", "PutObject", { Bucket: destination.split(":::")[1] ?? "", Key, Body }, caller);
  } else throw unsupported(`the destination ${destination}`);
}

/** Date and time in an object's key, as AWS writes them: day folders, and dots instead of colons. */
function timestamp(now: number): string {
  const iso = new Date(now).toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "/")}/${iso.slice(0, 19).replaceAll(":", ".")}`;
}

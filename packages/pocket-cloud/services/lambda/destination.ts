import { randomUUID } from "node:crypto";
import { unsupported } from "../../errors";
import type { CloudContext } from "../../service";

export interface Delivery {
  readonly role: string;
  readonly session: string;
  readonly destination: string;
  /** What queues, topics and functions receive. */
  readonly record: object;
  /** S3 alone receives what the record is about, too. */
  readonly withPayload: object;
  /** The object's key, without the part that names the instant. */
  readonly keyPrefix: string;
}

/** Writes an invocation record to a destination, in the function's role. */
export async function deliver(cloud: CloudContext, delivery: Delivery): Promise<void> {
  const caller = cloud.identities().assume(delivery.role, delivery.session, "lambda.amazonaws.com");
  const { destination } = delivery;
  const body = JSON.stringify(delivery.record);
  const service = destination.split(":")[2];
  if (service === "sqs") {
    const [, , , , account, queue] = destination.split(":");
    const QueueUrl = `${cloud.endpoint()}/${account}/${queue}`;
    await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: body }, caller);
  } else if (service === "sns")
    await cloud.call("sns", "Publish", { TopicArn: destination, Message: body }, caller);
  else if (service === "lambda")
    await cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: destination, InvocationType: "Event", Payload: Buffer.from(body) },
      caller,
    );
  else if (service === "s3") {
    const Key = `${delivery.keyPrefix}${instant(cloud.clock.now())}-${randomUUID()}`;
    const Body = Buffer.from(JSON.stringify(delivery.withPayload));
    await cloud.call("s3", "PutObject", { Bucket: destination.split(":::")[1] ?? "", Key, Body }, caller);
  } else throw unsupported(`the destination ${destination}`);
}

/** AWS names such objects by day folders and an instant whose time has dots for colons. */
export function instant(now: number): string {
  const iso = new Date(now).toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "/")}/${iso.slice(0, 19).replaceAll(":", ".")}`;
}

import type { Caller } from "../../caller";
import type { CloudContext } from "../../service";

/** The URL of the queue with this ARN, at this cloud's endpoint. */
export function queueUrl(cloud: Pick<CloudContext, "endpoint">, arn: string): string {
  const [, , , , account, name] = arn.split(":");
  return `${cloud.endpoint()}/${account}/${name}`;
}

/** Sends an undeliverable message to a dead-letter queue; `reasons` become its message attributes. */
export async function sendToDeadLetterQueue(
  cloud: CloudContext,
  arn: string,
  MessageBody: string,
  reasons: Readonly<Record<string, string>>,
  caller: Caller,
): Promise<void> {
  const attributes = Object.entries(reasons).map(([name, StringValue]) => [
    name,
    { DataType: "String", StringValue },
  ]);
  const MessageAttributes = Object.fromEntries(attributes);
  await cloud.call(
    "sqs",
    "SendMessage",
    { QueueUrl: queueUrl(cloud, arn), MessageBody, MessageAttributes },
    caller,
  );
}

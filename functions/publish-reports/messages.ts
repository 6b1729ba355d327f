import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** More wait for the next publication: the queue keeps them for days. */
const MOST_RECEIVES = 100;

export interface Received {
  /** What was published to the topic, parsed; undefined for text that is not JSON. */
  readonly messages: readonly unknown[];
  /** Deletes the messages, when what they said is stored. */
  readonly remove: () => Promise<void>;
}

/** The messages that the alerts topic has sent to the queue. */
export async function receiveMessages(
  sqs: SQSClient,
  QueueUrl: string,
  abortSignal: AbortSignal,
): Promise<Received> {
  const messages: unknown[] = [];
  const batches: { Id: string; ReceiptHandle: string | undefined }[][] = [];
  for (let received = 0; received < MOST_RECEIVES; received++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      { abortSignal },
    );
    if (Messages.length === 0) break;
    messages.push(...Messages.map(({ Body = "" }) => parsed(Body)));
    batches.push(Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })));
  }
  return {
    messages,
    remove: async () => {
      for (const Entries of batches)
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal });
    },
  };
}

/** SNS wraps what was published: {"Type": "Notification", "Message": "…"}. */
function parsed(text: string): unknown {
  try {
    const { Message } = JSON.parse(text) as { Message?: unknown };
    return typeof Message === "string" ? JSON.parse(Message) : undefined;
  } catch {
    return undefined;
  }
}

import type { Message as SqsMessage } from "@aws-sdk/client-sqs";
import { inBounds } from "../bounds";
import { ofQueue, type Sqs, type SqsOperation } from "../operation";
import { type Message, md5, md5OfAttributes, newReceipt, systemAttributes } from "../queue";
import type { Queue } from "../store";

export const receiveMessage = (sqs: Sqs): SqsOperation<"ReceiveMessage"> => ({
  resources: ofQueue(sqs),
  run: async (input) => {
    const queue = sqs.store.find(input.QueueUrl);
    const count = inBounds("MaxNumberOfMessages", input.MaxNumberOfMessages) ?? 1;
    const visibility = inBounds("VisibilityTimeout", input.VisibilityTimeout);
    const wait =
      inBounds("WaitTimeSeconds", input.WaitTimeSeconds) ?? queue.number("ReceiveMessageWaitTimeSeconds");
    const take = () => receive(sqs, queue, count, visibility);
    const until = Date.now() + wait * 1000;
    let messages = take();
    // A poll is answered in the caller's own time, on a simulated clock too.
    while (messages.length === 0 && Date.now() < until) {
      await sqs.arrival(queue.record.name, Math.min(1000, until - Date.now()));
      messages = take();
    }
    const system: readonly string[] = [
      ...(input.AttributeNames ?? []),
      ...(input.MessageSystemAttributeNames ?? []),
    ];
    return messages.length === 0
      ? {}
      : { Messages: messages.map((message) => shown(message, system, input.MessageAttributeNames ?? [])) };
  },
});

function receive(sqs: Sqs, queue: Queue, count: number, visibility?: number): Message[] {
  const now = sqs.cloud.clock.now();
  const oldest = now - queue.number("MessageRetentionPeriod") * 1000;
  const received: Message[] = [];
  const expired: string[] = [];
  for (const message of queue.data.visible(now, queue.fifo)) {
    if (received.length >= count) break;
    if (message.sentAt < oldest) expired.push(message.id);
    else if (!bury(sqs, queue, message)) received.push(message);
  }
  queue.data.remove(expired);
  for (const message of received) {
    message.receives++;
    message.firstReceivedAt ??= now;
    message.visibleAt = now + (visibility ?? queue.number("VisibilityTimeout")) * 1000;
    message.receipt = newReceipt(message.id);
  }
  return received;
}

/** A message received too often moves to the dead-letter queue instead. */
function bury(sqs: Sqs, queue: Queue, message: Message): boolean {
  const { redrive } = queue;
  if (!redrive || message.receives < Number(redrive.maxReceiveCount)) return false;
  const target = sqs.store.byArn(redrive.deadLetterTargetArn);
  if (!target) return false;
  const { visibleAt: _at, receipt: _receipt, firstReceivedAt: _first, receives, ...put } = message;
  const now = sqs.cloud.clock.now();
  target.data.adopt({ ...put, visibleFrom: now, source: queue.record.arn }, receives);
  queue.data.remove([message.id]);
  sqs.cloud.bus.emit("sqs:message", { queueArn: target.record.arn, at: now });
  return true;
}

function shown(message: Message, system: readonly string[], named: readonly string[]): SqsMessage {
  const wants = (names: readonly string[], name: string) =>
    names.some(
      (pattern) =>
        pattern === "All" ||
        pattern === name ||
        (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -2))),
    );
  const attributes = Object.entries(systemAttributes(message)).filter(([name]) => wants(system, name));
  const own = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => wants(named, name)));
  const digest = md5OfAttributes(own);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(digest && { MessageAttributes: own, MD5OfMessageAttributes: digest }),
  };
}

import type { Message as SqsMessage } from "@aws-sdk/client-sqs";
import type { Operations } from "../../../service";
import type { Arrivals } from "../arrivals";
import { md5, md5OfAttributes } from "../digests";
import { checkKey } from "../encryption";
import { inBounds } from "../parameters";
import { type Message, newReceipt, storedPart, systemAttributes } from "../queue";
import type { Queue, QueueStore } from "../store";

const POLL_MS = 1000;

export const receiveMessage = (
  store: QueueStore,
  arrivals: Arrivals,
): NonNullable<Operations<"sqs">["ReceiveMessage"]> => ({
  resources: store.arnsOf,
  run: async (input, { caller }) => {
    const queue = store.find(input.QueueUrl);
    checkKey(store, queue, "receive", caller);
    const count = inBounds("MaxNumberOfMessages", input.MaxNumberOfMessages) ?? 1;
    const visibility = inBounds("VisibilityTimeout", input.VisibilityTimeout);
    const wait =
      inBounds("WaitTimeSeconds", input.WaitTimeSeconds) ?? queue.number("ReceiveMessageWaitTimeSeconds");
    // A long poll waits in real time on a simulated clock too, because the caller does.
    const until = Date.now() + wait * 1000;
    let messages = receive(store, queue, count, visibility);
    while (messages.length === 0 && Date.now() < until) {
      await arrivals.wait(queue.record.name, Math.min(POLL_MS, until - Date.now()));
      messages = receive(store, queue, count, visibility);
    }
    if (messages.length === 0) return {};
    const { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] } = input;
    const system: readonly string[] = [...AttributeNames, ...MessageSystemAttributeNames];
    return { Messages: messages.map((message) => describe(message, system, MessageAttributeNames)) };
  },
});

function receive(store: QueueStore, queue: Queue, count: number, visibility?: number): Message[] {
  const now = store.cloud.clock.now();
  const oldest = now - queue.number("MessageRetentionPeriod") * 1000;
  const received: Message[] = [];
  const expired: string[] = [];
  for (const message of queue.data.visible(now, queue.fifo)) {
    if (received.length >= count) break;
    if (message.sentAt < oldest) expired.push(message.id);
    else if (!moveToDeadLetterQueue(store, queue, message)) received.push(message);
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

/** Moves a message that was received too often. Returns whether it moved. */
function moveToDeadLetterQueue(store: QueueStore, queue: Queue, message: Message): boolean {
  const { redrive } = queue;
  if (!redrive || message.receives < Number(redrive.maxReceiveCount)) return false;
  const target = store.byArn(redrive.deadLetterTargetArn);
  if (!target) return false;
  const now = store.cloud.clock.now();
  const moved = { ...storedPart(message), visibleFrom: now, source: queue.record.arn };
  target.data.adopt(moved, message.receives);
  queue.data.remove([message.id]);
  store.announce(target, now);
  return true;
}

function describe(message: Message, system: readonly string[], named: readonly string[]): SqsMessage {
  const attributes = selected(systemAttributes(message), system);
  const MessageAttributes = selected(message.attributes, named);
  const digest = md5OfAttributes(MessageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(digest && { MessageAttributes, MD5OfMessageAttributes: digest }),
  };
}

/** The attributes that a receiver lists, by name, as "All", "*" or "prefix.*". */
function selected<T extends object>(attributes: T, names: readonly string[]): T {
  const isListed = (name: string) =>
    names.some(
      (listed) =>
        listed === "All" ||
        listed === "*" ||
        listed === name ||
        (listed.endsWith(".*") && name.startsWith(listed.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isListed(name))) as T;
}

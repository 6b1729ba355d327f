import { createHash } from "node:crypto";
import type { BatchResultErrorEntry, SendMessageRequest, Message as SqsMessage } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { ofQueue, type Sqs, type SqsOperation } from "../operation";
import {
  invalidReceipt,
  type Message,
  md5,
  md5OfAttributes,
  newReceipt,
  type Stored,
  systemAttributes,
} from "../queue";
import type { Queue } from "../store";

type Sending = Omit<SendMessageRequest, "QueueUrl">;

function send(sqs: Sqs, queue: Queue, input: Sending, call: Call) {
  const { cloud } = sqs;
  const now = cloud.clock.now();
  const body = input.MessageBody ?? "";
  const attributes = input.MessageAttributes ?? {};
  if (body === "")
    throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
  const limit = queue.number("MaximumMessageSize");
  if (sizeOf(body, attributes) > limit)
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(body))
    throw new AwsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  const visibleFrom = now + (input.DelaySeconds ?? queue.number("DelaySeconds")) * 1000;
  const trace = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const sent = queue.data.send(
    {
      body,
      attributes: stored(attributes),
      sentAt: now,
      sender: call.caller.userId,
      visibleFrom,
      ...(trace && { trace }),
      ...ordering(queue, input, body),
    },
    queue.fifo,
  );
  cloud.bus.emit("sqs:message", { queueArn: queue.record.arn, at: visibleFrom });
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: sent.id,
    MD5OfMessageBody: md5(body),
    ...(digest && { MD5OfMessageAttributes: digest }),
    ...(sent.sequence && { SequenceNumber: sent.sequence }),
  };
}

function ordering(queue: Queue, input: Sending, body: string): Pick<Stored, "group" | "deduplication"> {
  const group = input.MessageGroupId;
  if (!queue.fifo) return group === undefined ? {} : { group };
  if (group === undefined)
    throw new AwsError("MissingParameter", "The request must contain the parameter MessageGroupId.");
  const byContent =
    queue.record.attributes.ContentBasedDeduplication === "true"
      ? createHash("sha256").update(body).digest("hex")
      : undefined;
  const deduplication = input.MessageDeduplicationId ?? byContent;
  if (deduplication === undefined)
    throw new AwsError(
      "InvalidParameterValue",
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  return { group, deduplication };
}

type Attributes = NonNullable<Sending["MessageAttributes"]>;

/** Journals keep bytes as Buffers. */
const stored = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      value.BinaryValue ? { ...value, BinaryValue: Buffer.from(value.BinaryValue) } : value,
    ]),
  );

const sizeOf = (body: string, attributes: Attributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      (DataType ?? "").length +
      Buffer.byteLength(StringValue ?? "") +
      (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(body),
  );

export const sendMessage = (sqs: Sqs): SqsOperation<"SendMessage"> => ({
  rules: { DelaySeconds: { range: [0, 900] } },
  resources: ofQueue(sqs),
  run: (input, call) => send(sqs, sqs.store.find(input.QueueUrl), input, call),
});

export const sendMessageBatch = (sqs: Sqs): SqsOperation<"SendMessageBatch"> => ({
  actions: ["sqs:SendMessage"],
  resources: ofQueue(sqs),
  run: (input, call) => {
    const queue = sqs.store.find(input.QueueUrl);
    return batch(input.Entries, (entry) => send(sqs, queue, entry, call));
  },
});

/** Entry by entry; one that fails does not hold up the others. */
function batch<E extends { Id?: string | undefined }, R extends object>(
  entries: readonly E[] | undefined,
  one: (entry: E) => R,
) {
  if (!entries?.length)
    throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length)
    throw new AwsError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries)
    try {
      Successful.push({ ...one(entry), Id: entry.Id ?? "" });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id: entry.Id ?? "",
        SenderFault: error.status < 500,
        Code: error.code,
        Message: error.message,
      });
    }
  return { Successful, Failed };
}

export const receiveMessage = (sqs: Sqs): SqsOperation<"ReceiveMessage"> => ({
  rules: {
    MaxNumberOfMessages: { range: [1, 10] },
    WaitTimeSeconds: { range: [0, 20] },
    VisibilityTimeout: { range: [0, 43_200] },
  },
  resources: ofQueue(sqs),
  run: async (input) => {
    const queue = sqs.store.find(input.QueueUrl);
    const take = () => receive(sqs, queue, input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout);
    const until =
      Date.now() + (input.WaitTimeSeconds ?? queue.number("ReceiveMessageWaitTimeSeconds")) * 1000;
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

export function receive(sqs: Sqs, queue: Queue, count: number, visibility?: number): Message[] {
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

function remove(queue: Queue, receipt: string | undefined): object {
  if (!/^[A-Za-z0-9+/=]+$/.test(receipt ?? "")) throw invalidReceipt(receipt);
  const message = queue.data.byReceipt(receipt);
  if (message) queue.data.remove([message.id]);
  return {};
}

export const deleteMessage = (sqs: Sqs): SqsOperation<"DeleteMessage"> => ({
  resources: ofQueue(sqs),
  run: (input) => remove(sqs.store.find(input.QueueUrl), input.ReceiptHandle),
});

export const deleteMessageBatch = (sqs: Sqs): SqsOperation<"DeleteMessageBatch"> => ({
  actions: ["sqs:DeleteMessage"],
  resources: ofQueue(sqs),
  run: (input) => {
    const queue = sqs.store.find(input.QueueUrl);
    return batch(input.Entries, (entry) => remove(queue, entry.ReceiptHandle));
  },
});

function changeVisibility(sqs: Sqs, queue: Queue, receipt: string | undefined, seconds: number): object {
  const now = sqs.cloud.clock.now();
  const message = queue.data.byReceipt(receipt);
  if (!message) throw invalidReceipt(receipt);
  if (message.visibleAt <= now)
    throw new AwsError("MessageNotInflight", "The message referred to isn't in flight.");
  message.visibleAt = now + seconds * 1000;
  sqs.cloud.bus.emit("sqs:message", { queueArn: queue.record.arn, at: message.visibleAt });
  return {};
}

export const changeMessageVisibility = (sqs: Sqs): SqsOperation<"ChangeMessageVisibility"> => ({
  rules: { VisibilityTimeout: { range: [0, 43_200] } },
  resources: ofQueue(sqs),
  run: (input) =>
    changeVisibility(sqs, sqs.store.find(input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout ?? 0),
});

export const changeMessageVisibilityBatch = (sqs: Sqs): SqsOperation<"ChangeMessageVisibilityBatch"> => ({
  actions: ["sqs:ChangeMessageVisibility"],
  resources: ofQueue(sqs),
  run: (input) => {
    const queue = sqs.store.find(input.QueueUrl);
    return batch(input.Entries, (entry) =>
      changeVisibility(sqs, queue, entry.ReceiptHandle, entry.VisibilityTimeout ?? 0),
    );
  },
});

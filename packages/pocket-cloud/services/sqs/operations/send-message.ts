import { createHash } from "node:crypto";
import type { SendMessageRequest } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { inBounds } from "../bounds";
import { ofQueue, type Sqs, type SqsOperation } from "../operation";
import { md5, md5OfAttributes, type Stored } from "../queue";
import type { Queue } from "../store";
import { batch } from "./batch";

const LARGEST_BATCH = 1_048_576;

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
  if (queue.fifo && input.DelaySeconds)
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${input.DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  const delay = inBounds("DelaySeconds", input.DelaySeconds) ?? queue.number("DelaySeconds");
  const visibleFrom = now + delay * 1000;
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
  resources: ofQueue(sqs),
  run: (input, call) => send(sqs, sqs.store.find(input.QueueUrl), input, call),
});

export const sendMessageBatch = (sqs: Sqs): SqsOperation<"SendMessageBatch"> => ({
  actions: ["sqs:SendMessage"],
  resources: ofQueue(sqs),
  run: (input, call) => {
    const queue = sqs.store.find(input.QueueUrl);
    const size = (input.Entries ?? []).reduce(
      (sum, entry) => sum + sizeOf(entry.MessageBody ?? "", entry.MessageAttributes ?? {}),
      0,
    );
    if (size > LARGEST_BATCH)
      throw new AwsError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${LARGEST_BATCH} bytes. You have sent ${size} bytes.`,
      );
    return batch(input.Entries, (entry) => send(sqs, queue, entry, call));
  },
});

import { createHash } from "node:crypto";
import type { SendMessageRequest } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../errors";
import type { Call, Operations } from "../../../service";
import { scopeOf } from "../attributes";
import { md5, md5OfAttributes } from "../digests";
import { checkKey } from "../encryption";
import { checkMessageAttributes } from "../message-attributes";
import { batch, inBounds, invalidParameter, invalidValue, missingParameter } from "../parameters";
import type { StoredMessage } from "../queue";
import type { Queue, QueueStore } from "../store";

const MAX_BATCH_BYTES = 1_048_576;

type Entry = Omit<SendMessageRequest, "QueueUrl">;
type Attributes = NonNullable<Entry["MessageAttributes"]>;

export const sendOperations = (store: QueueStore) =>
  ({
    SendMessage: {
      resources: store.arnsOf,
      run: (input, call) => {
        const queue = store.find(input.QueueUrl);
        checkKey(store, queue, "send", call.caller);
        return send(store, queue, input, call);
      },
    },
    SendMessageBatch: {
      actions: ["sqs:SendMessage"],
      resources: store.arnsOf,
      run: ({ QueueUrl, Entries = [] }, call) => {
        const queue = store.find(QueueUrl);
        const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
        if (size > MAX_BATCH_BYTES)
          throw new AwsError(
            "BatchRequestTooLong",
            `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${size} bytes.`,
          );
        // A FIFO queue refuses the whole batch if one entry lacks its group or its deduplication id.
        if (queue.fifo)
          for (const entry of Entries) {
            if (entry.MessageGroupId === undefined)
              throw invalidValue("The request must contain the parameter MessageGroupId.");
            groupOf(queue, entry, entry.MessageBody ?? "");
          }
        checkKey(store, queue, "send", call.caller);
        return batch(Entries, (entry) => send(store, queue, entry, call, "cannot be validated"));
      },
    },
  }) satisfies Operations<"sqs">;

/** `tooLong` is how the message about a body that is too long begins: batches word it differently. */
function send(
  store: QueueStore,
  queue: Queue,
  entry: Entry,
  { caller, headers }: Call,
  tooLong = "are invalid",
) {
  const { MessageBody: body = "", MessageAttributes: attributes = {}, DelaySeconds } = entry;
  checkContent(queue, body, attributes, tooLong);
  if (queue.fifo && DelaySeconds)
    throw invalidParameter(
      "DelaySeconds",
      DelaySeconds,
      "The request include parameter that is not valid for this queue type.",
    );
  const now = store.cloud.clock.now();
  const given = inBounds("DelaySeconds", DelaySeconds);
  // A FIFO queue refuses its own delays above, and takes 0 for none given.
  const delay = (queue.fifo ? undefined : given) ?? queue.number("DelaySeconds");
  const visibleFrom = now + delay * 1000;
  // SQS developer guide, "AWS X-Ray": the trace is in the attribute, or in the header of the request.
  const trace =
    entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? textOf(headers?.["x-amzn-trace-id"]);
  const sent = queue.data.send(
    {
      body,
      attributes: withBuffers(attributes),
      sentAt: now,
      sender: caller.userId,
      visibleFrom,
      ...(trace && { trace }),
      ...groupOf(queue, entry, body),
    },
    queue.fifo ? scopeOf(queue.record, now) : undefined,
  );
  store.announce(queue, visibleFrom);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: sent.id,
    MD5OfMessageBody: md5(body),
    ...(digest && { MD5OfMessageAttributes: digest }),
    ...(sent.sequence && { SequenceNumber: sent.sequence }),
  };
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

function checkContent(queue: Queue, body: string, attributes: Attributes, tooLong: string): void {
  if (body === "") throw missingParameter("MessageBody");
  checkMessageAttributes(attributes);
  const limit = queue.number("MaximumMessageSize");
  if (sizeOf({ MessageBody: body, MessageAttributes: attributes }) > limit)
    throw invalidValue(
      `One or more parameters ${tooLong}. Reason: Message must be shorter than ${limit} bytes.`,
    );
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(body))
    throw new AwsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
}

/** Letters, digits and the punctuation of ASCII. */
const IDENTIFIER = /^[!-~]{1,128}$/;

/** The message group and the deduplication id, which FIFO queues require. */
function groupOf(queue: Queue, entry: Entry, body: string): Pick<StoredMessage, "group" | "deduplication"> {
  const { MessageGroupId: group, MessageDeduplicationId } = entry;
  for (const name of ["MessageGroupId", "MessageDeduplicationId"] as const)
    if (entry[name] !== undefined && !IDENTIFIER.test(entry[name]))
      throw invalidParameter(
        name,
        entry[name],
        `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
  if (!queue.fifo) {
    if (MessageDeduplicationId !== undefined)
      throw invalidParameter(
        "MessageDeduplicationId",
        MessageDeduplicationId,
        "The request include parameter that is not valid for this queue type.",
      );
    return group === undefined ? {} : { group };
  }
  if (group === undefined) throw missingParameter("MessageGroupId");
  const byContent = queue.record.attributes.ContentBasedDeduplication === "true";
  const deduplication =
    MessageDeduplicationId ?? (byContent ? createHash("sha256").update(body).digest("hex") : undefined);
  if (deduplication === undefined)
    throw invalidValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  return { group, deduplication };
}

/** The change log restores bytes only from Buffers. */
const withBuffers = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      value.BinaryValue ? { ...value, BinaryValue: Buffer.from(value.BinaryValue) } : value,
    ]),
  );

/** The size of a message with its attributes. */
export const sizeOf = ({
  MessageBody = "",
  MessageAttributes = {},
}: Pick<Entry, "MessageBody" | "MessageAttributes">): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = "", StringValue = "", BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      DataType.length +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(MessageBody),
  );

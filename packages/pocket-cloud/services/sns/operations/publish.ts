import { createHash, randomUUID } from "node:crypto";
import type { PublishBatchRequestEntry, PublishInput } from "@aws-sdk/client-sns";
import { AwsError, unsupported } from "../../../errors";
import type { Call, Operations } from "../../../service";
import { runBatch } from "../../shared/batch";
import type { Deliverer } from "../deliverer";
import { checkKey } from "../encryption";
import { checkMessageAttributes } from "../message-attributes";
import { invalidParameter, type Message, type TopicRecord, topicArns } from "../store";

const MAX_BYTES = 262_144;
const MAX_ID = 80;
/** Source: "Message deduplication for FIFO topics", SNS Developer Guide. */
const DEDUPLICATION_MS = 300_000;

const BATCH_ERRORS = {
  empty: () => new AwsError("EmptyBatchRequestException", "The batch request doesn't contain any entries."),
  tooMany: () =>
    new AwsError(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    ),
  invalidId: (id: string) => {
    if (id.length > MAX_ID)
      return new AwsError(
        "InvalidBatchEntryIdException",
        `The Id of a batch entry in the batch request is too long: ${id}`,
      );
    if (/^[\w-]+$/.test(id)) return undefined;
    return new AwsError(
      "InvalidBatchEntryIdException",
      `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
    );
  },
  repeatedId: () =>
    new AwsError(
      "BatchEntryIdsNotDistinctException",
      "Two or more batch entries in the request have the same Id.",
    ),
  // Entries have the codes of the query protocol.
  code: ({ code }: AwsError) => code.replace(/Exception$/, ""),
};

export const publishOperations = (deliverer: Deliverer) =>
  ({
    Publish: {
      resources: ({ TopicArn, TargetArn = "" }) => [TopicArn ?? TargetArn],
      run: (input, call) => {
        if (input.PhoneNumber) throw unsupported("SMS");
        if (input.TargetArn?.includes(":endpoint/"))
          throw invalidParameter("TargetArn Reason: No endpoint found for the target arn specified");
        const topic = deliverer.store.topic(input.TopicArn ?? input.TargetArn);
        checkKey(deliverer.cloud, topic, call.caller);
        return publish(deliverer, topic, input, call);
      },
    },
    PublishBatch: {
      actions: ["sns:Publish"],
      resources: topicArns,
      run: ({ TopicArn, PublishBatchRequestEntries: entries = [] }, call) => {
        const topic = deliverer.store.topic(TopicArn);
        checkKey(deliverer.cloud, topic, call.caller);
        // AWS refuses the whole batch for these, after those of runBatch.
        const well = entries.length <= 10 && new Set(entries.map(({ Id }) => Id)).size === entries.length;
        for (const entry of well ? entries : []) {
          bodiesOf(entry);
          checkFifo(topic, entry);
          checkMessageAttributes(entry.MessageAttributes ?? {});
        }
        if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES)
          throw new AwsError(
            "BatchRequestTooLongException",
            "The length of all the messages put together is more than the limit.",
          );
        return runBatch(entries, BATCH_ERRORS, (entry) => publish(deliverer, topic, entry, call));
      },
    },
  }) satisfies Operations<"sns">;

/** The size of a message with its attributes. */
const sizeOf = ({ Message = "", MessageAttributes = {} }: PublishInput | PublishBatchRequestEntry): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = "", StringValue = "", BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      DataType.length +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(Message),
  );

function publish(
  deliverer: Deliverer,
  topic: TopicRecord,
  input: PublishInput | PublishBatchRequestEntry,
  { headers }: Call,
): { MessageId: string; SequenceNumber?: string } {
  const { body, bodies } = bodiesOf(input);
  const { Subject, MessageGroupId } = input;
  if (body === "") throw invalidParameter("Empty message");
  if (sizeOf(input) > MAX_BYTES) throw invalidParameter("Message too long");
  if (Subject !== undefined && (Subject === "" || Subject.length > 100 || /[\n\r]/.test(Subject)))
    throw invalidParameter("Subject");
  checkFifo(topic, input);
  checkMessageAttributes(input.MessageAttributes ?? {});
  const fifo = topic.attributes.FifoTopic === "true";
  const deduplication =
    input.MessageDeduplicationId ?? (fifo ? createHash("sha256").update(body).digest("hex") : undefined);
  const now = deliverer.cloud.clock.now();
  const scope = topic.attributes.FifoThroughputScope === "MessageGroup" ? MessageGroupId : "";
  const key = `${topic.arn}/${scope}/${deduplication}`;
  const repeated = fifo ? deliverer.store.recent.get(key) : undefined;
  if (repeated && now - repeated.at < DEDUPLICATION_MS) return repeated.answer;
  const message: Message = {
    id: randomUUID(),
    topicArn: topic.arn,
    body,
    ...(bodies && { bodies }),
    attributes: input.MessageAttributes ?? {},
    at: now,
    signature: topic.attributes.SignatureVersion ?? "1",
    ...(Subject !== undefined && { subject: Subject }),
    // SNS developer guide, "Active tracing": the trace goes on to queues.
    ...(typeof headers?.["x-amzn-trace-id"] === "string" && { trace: headers["x-amzn-trace-id"] }),
    ...(MessageGroupId !== undefined && { group: MessageGroupId }),
    ...(deduplication !== undefined && { deduplication }),
  };
  const sequence = fifo ? deliverer.store.nextSequence(topic) : undefined;
  deliverer.publish({ ...message, ...(sequence && { sequence }) });
  const answer = { MessageId: message.id, ...(sequence && { SequenceNumber: sequence }) };
  if (fifo) deliverer.store.remember(key, now, answer);
  return answer;
}

/** A FIFO topic needs a message group and something to deduplicate by; a standard topic takes no deduplication id. */
function checkFifo(
  { attributes }: TopicRecord,
  { MessageGroupId, MessageDeduplicationId }: PublishInput | PublishBatchRequestEntry,
): void {
  if (attributes.FifoTopic !== "true") {
    if (MessageDeduplicationId !== undefined)
      throw invalidParameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
      );
    return;
  }
  if (MessageGroupId === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (MessageDeduplicationId === undefined && attributes.ContentBasedDeduplication !== "true")
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
}

/** With MessageStructure "json" the message contains a default text and texts for single protocols. */
function bodiesOf({ Message = "", MessageStructure }: Pick<PublishInput, "Message" | "MessageStructure">) {
  if (MessageStructure !== "json") return { body: Message };
  let texts: Record<string, unknown>;
  try {
    texts = JSON.parse(Message) as Record<string, unknown>;
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const { default: body, ...others } = texts;
  if (typeof body !== "string")
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  const bodies = Object.entries(others).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { body, bodies: Object.fromEntries(bodies) };
}

import { createHash, randomUUID } from "node:crypto";
import type { PublishBatchRequestEntry, PublishInput } from "@aws-sdk/client-sns";
import { AwsError, unsupported } from "../../../errors";
import type { Operations } from "../../../service";
import { runBatch } from "../../shared/batch";
import type { Deliverer } from "../deliverer";
import { invalidParameter, type Message, type TopicRecord, topicArns } from "../store";

const MAX_BYTES = 262_144;

const BATCH_ERRORS = {
  empty: () => new AwsError("EmptyBatchRequestException", "The batch request doesn't contain any entries."),
  tooMany: () =>
    new AwsError(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    ),
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
      run: (input) => {
        if (input.PhoneNumber) throw unsupported("SMS");
        const topic = deliverer.store.topic(input.TopicArn ?? input.TargetArn);
        return { MessageId: publish(deliverer, topic, input) };
      },
    },
    PublishBatch: {
      actions: ["sns:Publish"],
      resources: topicArns,
      run: ({ TopicArn, PublishBatchRequestEntries }) => {
        const topic = deliverer.store.topic(TopicArn);
        return runBatch(PublishBatchRequestEntries, BATCH_ERRORS, (entry) => ({
          MessageId: publish(deliverer, topic, entry),
        }));
      },
    },
  }) satisfies Operations<"sns">;

function publish(
  deliverer: Deliverer,
  topic: TopicRecord,
  input: PublishInput | PublishBatchRequestEntry,
): string {
  const { body, bodies } = bodiesOf(input);
  const { Subject, MessageGroupId } = input;
  if (body === "") throw invalidParameter("Empty message");
  if (Buffer.byteLength(input.Message ?? "") > MAX_BYTES) throw invalidParameter("Message too long");
  if (Subject !== undefined && (Subject === "" || Subject.length > 100 || /[\n\r]/.test(Subject)))
    throw invalidParameter("Subject");
  const fifo = topic.attributes.FifoTopic === "true";
  if (fifo && MessageGroupId === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  const deduplication =
    input.MessageDeduplicationId ?? (fifo ? createHash("sha256").update(body).digest("hex") : undefined);
  const message: Message = {
    id: randomUUID(),
    topicArn: topic.arn,
    body,
    ...(bodies && { bodies }),
    attributes: input.MessageAttributes ?? {},
    at: deliverer.cloud.clock.now(),
    ...(Subject !== undefined && { subject: Subject }),
    ...(MessageGroupId !== undefined && { group: MessageGroupId }),
    ...(deduplication !== undefined && { deduplication }),
  };
  deliverer.publish(message);
  return message.id;
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

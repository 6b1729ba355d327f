import { createHash, randomUUID } from "node:crypto";
import type {
  BatchResultErrorEntry,
  PublishBatchRequestEntry,
  PublishBatchResultEntry,
  PublishInput,
} from "@aws-sdk/client-sns";
import { AwsError, unsupported } from "../../../errors";
import { ofTopic, type Sns, type SnsOperation } from "../operation";
import { invalid, type Message, type TopicRecord } from "../store";

const LARGEST = 262_144;

function send(sns: Sns, topic: TopicRecord, input: PublishInput | PublishBatchRequestEntry): string {
  const { body, bodies } = bodiesOf(input);
  if (body === "") throw invalid("Empty message");
  if (Buffer.byteLength(input.Message ?? "") > LARGEST) throw invalid("Message too long");
  const { Subject, MessageGroupId } = input;
  if (Subject !== undefined && (Subject === "" || Subject.length > 100 || /[\n\r]/.test(Subject)))
    throw invalid("Subject");
  const fifo = topic.attributes.FifoTopic === "true";
  if (fifo && MessageGroupId === undefined)
    throw invalid("The MessageGroupId parameter is required for FIFO topics");
  const deduplication =
    input.MessageDeduplicationId ?? (fifo ? createHash("sha256").update(body).digest("hex") : undefined);
  const message: Message = {
    id: randomUUID(),
    topicArn: topic.arn,
    body,
    ...(bodies && { bodies }),
    attributes: input.MessageAttributes ?? {},
    at: sns.cloud.clock.now(),
    ...(Subject !== undefined && { subject: Subject }),
    ...(MessageGroupId !== undefined && { group: MessageGroupId }),
    ...(deduplication !== undefined && { deduplication }),
  };
  sns.deliverer.publish(message);
  return message.id;
}

/** With MessageStructure json a message per protocol, and one for the rest. */
function bodiesOf({ Message = "", MessageStructure }: Pick<PublishInput, "Message" | "MessageStructure">) {
  if (MessageStructure !== "json") return { body: Message };
  let parts: Record<string, unknown>;
  try {
    parts = JSON.parse(Message) as Record<string, unknown>;
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
  const { default: body, ...others } = parts;
  if (typeof body !== "string") throw invalid("Message Structure - No default entry in JSON message body");
  const texts = Object.entries(others).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { body, bodies: Object.fromEntries(texts) };
}

export const publish = (sns: Sns): SnsOperation<"Publish"> => ({
  resources: (input) => [input.TopicArn ?? input.TargetArn ?? ""],
  run: (input) => {
    if (input.PhoneNumber) throw unsupported("SMS");
    return { MessageId: send(sns, sns.store.topic(input.TopicArn ?? input.TargetArn), input) };
  },
});

/** Entries name errors as the query protocol does. */
const codeOf = ({ code }: AwsError): string => code.replace(/Exception$/, "");

export const publishBatch = (sns: Sns): SnsOperation<"PublishBatch"> => ({
  actions: ["sns:Publish"],
  resources: ofTopic,
  run: (input) => {
    const topic = sns.store.topic(input.TopicArn);
    const entries = input.PublishBatchRequestEntries ?? [];
    if (entries.length === 0)
      throw new AwsError("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
    if (entries.length > 10)
      throw new AwsError(
        "TooManyEntriesInBatchRequestException",
        "The batch request contains more entries than permissible.",
      );
    if (new Set(entries.map((entry) => entry.Id)).size < entries.length)
      throw new AwsError(
        "BatchEntryIdsNotDistinctException",
        "Two or more batch entries in the request have the same Id.",
      );
    const Successful: PublishBatchResultEntry[] = [];
    const Failed: BatchResultErrorEntry[] = [];
    for (const entry of entries)
      try {
        Successful.push({ Id: entry.Id, MessageId: send(sns, topic, entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({
          Id: entry.Id,
          Code: codeOf(error),
          Message: error.message,
          SenderFault: error.status < 500,
        });
      }
    return { Successful, Failed };
  },
});

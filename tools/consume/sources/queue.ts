import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type DeleteMessageBatchRequestEntry,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { FeedDefinition } from "../../../data/feeds";
import { backoffMs, pause } from "../../../functions/shared/backoff";
import { isTransient } from "../../../functions/shared/put-packs";
import type { Connection } from "../../kit/connect";
import { Failure, messageOf } from "../../kit/errors";
import { type Item, itemsOf } from "../events";
import type { Source } from "../pipeline";

export interface QueueReading {
  readonly connection: Connection;
  readonly queue: string;
  readonly feed: FeedDefinition | undefined;
  /** False: ends when the queue gives no more messages. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

/** Long polling: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const LONGEST_WAIT_SECONDS = 20;
const SHORT_WAIT_SECONDS = 1;
/** A message is received again when it was not deleted within this time. */
const VISIBILITY_SECONDS = 120;
const MESSAGES_AT_ONCE = 10;

/**
 * The messages of an SQS queue, such as one that subscribes to an SNS topic. A message is deleted after the sink's
 * acknowledgement.
 */
export function queueSource({ connection, queue, feed, follow, signal, log }: QueueReading): Source {
  return {
    read: async (take) => {
      const sqs = new SQSClient(connection);
      try {
        const QueueUrl = await urlOf(sqs, queue);
        const receive = {
          QueueUrl,
          MaxNumberOfMessages: MESSAGES_AT_ONCE,
          WaitTimeSeconds: follow ? LONGEST_WAIT_SECONDS : SHORT_WAIT_SECONDS,
          VisibilityTimeout: VISIBILITY_SECONDS,
          MessageSystemAttributeNames: ["SentTimestamp" as const, "MessageGroupId" as const],
        };
        for (;;) {
          const { Messages = [] } = await retried(
            () => sqs.send(new ReceiveMessageCommand(receive), { abortSignal: signal }),
            signal,
            (reason) => log(`${queue}: ${reason}; trying again`),
          );
          if (Messages.length === 0 && !follow) return;
          if (Messages.length === 0) continue;
          const { records } = await take({
            records: Messages.map((message) => itemsIn(message, queue, feed)),
            arrivals: Messages.map(sentAt),
          });
          await remove(sqs, QueueUrl, Messages.slice(0, records), log);
          await giveBack(sqs, QueueUrl, Messages.slice(records), log);
        }
      } finally {
        sqs.destroy();
      }
    },
    describe: (records) => `${records} message${records === 1 ? "" : "s"}`,
  };
}

async function urlOf(sqs: SQSClient, queue: string): Promise<string> {
  if (/^https?:/.test(queue)) return queue;
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl ?? "";
  } catch (error) {
    if (error instanceof QueueDoesNotExist) throw new Failure(`there is no queue ${queue}`);
    throw error;
  }
}

/** Failed deletions are logged: the message comes again, and the sink stores it again under the same key. */
async function remove(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly Message[],
  log: (text: string) => void,
): Promise<void> {
  if (messages.length === 0) return;
  const Entries: DeleteMessageBatchRequestEntry[] = messages.map(({ ReceiptHandle }, i) => ({
    Id: String(i),
    ReceiptHandle,
  }));
  try {
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed[0]) log(`${Failed.length} messages stay in the queue: ${Failed[0].Message}`);
  } catch (error) {
    log(`${messages.length} messages stay in the queue: ${messageOf(error)}`);
  }
}

/** Lets messages that were not taken be received at once. After a failure they are, when their time has passed. */
async function giveBack(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly Message[],
  log: (text: string) => void,
): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, i) => ({
    Id: String(i),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  try {
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  } catch (error) {
    log(`${messages.length} messages come again in ${VISIBILITY_SECONDS} s: ${messageOf(error)}`);
  }
}

const sentAt = ({ Attributes }: Message): number => Number(Attributes?.SentTimestamp ?? 0);

function itemsIn(message: Message, queue: string, feed: FeedDefinition | undefined): Item[] {
  const { MessageId = "", Body = "", Attributes } = message;
  return [
    ...itemsOf(
      {
        shardId: queue,
        sequenceNumber: MessageId,
        partitionKey: Attributes?.MessageGroupId ?? "",
        arrival: new Date(sentAt(message)).toISOString(),
        source: `${queue}:${MessageId}`,
        data: Buffer.from(published(Body)),
      },
      feed,
    ),
  ];
}

/** What was published: SNS wraps it, except in subscriptions with raw message delivery. */
export function published(body: string): string {
  try {
    const { Type, Message: message } = JSON.parse(body) as { Type?: unknown; Message?: unknown };
    if (Type === "Notification" && typeof message === "string") return oneLine(message);
  } catch {}
  return oneLine(body);
}

/** A text of several lines is one event; JSON over several lines becomes one line. */
function oneLine(text: string): string {
  if (!text.includes("\n")) return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text.trimEnd().replaceAll(/\s*\n\s*/g, " ");
  }
}

async function retried<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
  onFailure: (reason: string) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!isTransient(error)) throw error;
      if (attempt === 1) onFailure(messageOf(error));
      await pause(backoffMs(attempt + 2, Math.random), signal);
    }
  }
}

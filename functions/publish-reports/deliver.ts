import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { TOPIC_CHANNEL } from "../../sql/library/site/model";
import { deliveryKey, type Message } from "./message";
import type { Deliveries } from "./store";
import { postWebhook, type Webhook, webhookBody } from "./webhook";

export interface Channels {
  readonly sns: Pick<SNSClient, "send">;
  readonly topicArn: string;
  readonly webhooks: ReadonlyMap<string, Webhook>;
  /** The value of a secret. */
  readonly readSecret: (name: string, signal: AbortSignal) => Promise<string>;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
  readonly onFailure: (message: Message, error: unknown) => void;
}

/** Sends messages, each on its own. Returns when each was sent: what failed is due again in the next publication. */
export async function deliver(
  messages: readonly Message[],
  channels: Channels,
  now: number,
): Promise<{ readonly sent: Deliveries; readonly failed: number }> {
  const sent: Record<string, string> = {};
  let failed = 0;
  for (const message of messages)
    try {
      await send(message, channels);
      sent[deliveryKey(message)] = new Date(now).toISOString();
    } catch (error) {
      failed++;
      channels.onFailure(message, error);
    }
  return { sent, failed };
}

async function send(message: Message, channels: Channels): Promise<void> {
  const { signal } = channels;
  if (message.channel === TOPIC_CHANNEL) return publishToTopic(message, channels);
  const webhook = channels.webhooks.get(message.channel);
  if (!webhook)
    throw new Error(
      `no webhook has this name; there are ${[...channels.webhooks.keys()].join(", ") || "none"}`,
    );
  const address = await channels.readSecret(webhook.secret, signal);
  await postWebhook(address, webhookBody(webhook.format, message), {
    signal,
    allowLoopback: channels.allowLoopback,
  });
}

async function publishToTopic(
  { title, text, link }: Message,
  { sns, topicArn, signal }: Channels,
): Promise<void> {
  const command = new PublishCommand({
    TopicArn: topicArn,
    // SNS subjects: at most 100 printable ASCII characters.
    Subject: title.replace(/[^\x20-\x7e]/g, "?").slice(0, 100),
    Message: `${title}\n\n${text}\n${link === undefined ? "" : `\n${link}\n`}`,
  });
  await sns.send(command, { abortSignal: signal });
}

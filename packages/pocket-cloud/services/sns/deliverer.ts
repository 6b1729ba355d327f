import { randomUUID } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { authorizeService } from "../iam/service-access";
import { passes } from "./filter-policy";

import type { Delivery, Message, SubscriptionRecord, TopicStore } from "./store";

const SERVICE = "sns.amazonaws.com";
/** Seconds before each further attempt. */
const RETRIES = [1, 1, 1, 10, 20, 60, 120, 300, 600];

/** Brings published messages to their subscribers, in tasks of the cloud's clock. */
export class Deliverer {
  constructor(
    readonly cloud: CloudContext,
    readonly store: TopicStore,
  ) {}

  start(): void {
    for (const delivery of this.store.deliveries.values()) this.#schedule(delivery);
  }

  publish({ bodies, ...shared }: Message): void {
    for (const subscription of this.store.of(shared.topicArn)) {
      const message = { ...shared, body: bodies?.[subscription.protocol] ?? shared.body };
      const { FilterPolicy, FilterPolicyScope } = subscription.attributes;
      if (!passes(FilterPolicy, FilterPolicyScope, message.attributes, message.body)) continue;
      if (subscription.pending) {
        this.cloud.log(
          `sns ${message.topicArn} to ${subscription.endpoint} (not confirmed): ${message.subject ?? message.body}`,
        );
        continue;
      }
      const delivery: Delivery = {
        id: randomUUID(),
        subscriptionArn: subscription.arn,
        message,
        attempts: 0,
        dueAt: message.at,
      };
      this.store.deliveries.set(delivery.id, delivery);
      this.#schedule(delivery);
    }
  }

  #schedule(delivery: Delivery): void {
    this.cloud.clock.schedule(delivery.dueAt, () => this.#attempt(delivery), "sns delivery");
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { deliveries, subscriptions } = this.store;
    const subscription = subscriptions.get(delivery.subscriptionArn);
    try {
      if (subscription) await this.#send(subscription, delivery.message);
      deliveries.delete(delivery.id);
    } catch (error) {
      const wait = RETRIES[delivery.attempts++];
      this.cloud.log(
        `sns to ${subscription?.endpoint}: ${error instanceof Error ? error.message : String(error)}`,
      );
      // What the caller did wrong will not come right by itself.
      const lasting = error instanceof AwsError && error.status < 500 && error.status !== 429;
      if (wait === undefined || lasting) return this.#bury(delivery, subscription, error);
      delivery.dueAt = this.cloud.clock.now() + wait * 1000;
      deliveries.set(delivery.id, delivery);
      this.#schedule(delivery);
    }
  }

  async #send(subscription: SubscriptionRecord, message: Message): Promise<void> {
    const { cloud } = this;
    const { endpoint, protocol, topicArn, attributes } = subscription;
    const caller = { ...cloud.identities().administrator, viaService: SERVICE };
    const request = { service: SERVICE, resource: endpoint, sourceArn: topicArn, accountId: cloud.accountId };
    if (protocol === "sqs") {
      const [, , , , account, queue] = endpoint.split(":");
      const QueueUrl = `${cloud.endpoint()}/${account}/${queue}`;
      const { Attributes } = await cloud.call(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl, AttributeNames: ["Policy"] },
        caller,
      );
      authorizeService(Attributes?.Policy, { ...request, action: "sqs:SendMessage" });
      const raw = attributes.RawMessageDelivery === "true";
      await cloud.call(
        "sqs",
        "SendMessage",
        {
          QueueUrl,
          MessageBody: raw ? message.body : JSON.stringify(notification(subscription, message)),
          ...(raw && { MessageAttributes: { ...message.attributes } as never }),
          ...(message.group !== undefined && queue?.endsWith(".fifo") && { MessageGroupId: message.group }),
          ...(message.deduplication !== undefined &&
            queue?.endsWith(".fifo") && { MessageDeduplicationId: message.deduplication }),
        },
        caller,
      );
      return;
    }
    const { Policy } = await cloud
      .call("lambda", "GetPolicy", { FunctionName: endpoint }, caller)
      .catch(() => ({ Policy: undefined }));
    authorizeService(Policy, { ...request, action: "lambda:InvokeFunction" });
    const Payload = Buffer.from(JSON.stringify(lambdaEvent(subscription, message)));
    await cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: endpoint, InvocationType: "Event", Payload },
      caller,
    );
  }

  async #bury(
    delivery: Delivery,
    subscription: SubscriptionRecord | undefined,
    error: unknown,
  ): Promise<void> {
    this.store.deliveries.delete(delivery.id);
    const policy = subscription?.attributes.RedrivePolicy;
    if (!subscription || !policy) return;
    const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn: string };
    const [, , , , account, queue] = deadLetterTargetArn.split(":");
    const reason = error instanceof Error ? error.message : String(error);
    await this.cloud.call(
      "sqs",
      "SendMessage",
      {
        QueueUrl: `${this.cloud.endpoint()}/${account}/${queue}`,
        MessageBody: JSON.stringify(notification(subscription, delivery.message)),
        MessageAttributes: {
          ErrorMessage: { DataType: "String", StringValue: reason.slice(0, 1024) || "unknown" },
        },
      },
      { ...this.cloud.identities().administrator, viaService: SERVICE },
    );
  }
}

const shownAttributes = (message: Message) =>
  Object.fromEntries(
    Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString("base64") : StringValue },
    ]),
  );

const notification = (subscription: SubscriptionRecord, message: Message): object => ({
  Type: "Notification",
  MessageId: message.id,
  TopicArn: message.topicArn,
  ...(message.subject !== undefined && { Subject: message.subject }),
  Message: message.body,
  Timestamp: new Date(message.at).toISOString(),
  UnsubscribeURL: `https://sns.${message.topicArn.split(":")[3]}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  ...(Object.keys(message.attributes).length > 0 && { MessageAttributes: shownAttributes(message) }),
});

const lambdaEvent = (subscription: SubscriptionRecord, message: Message): object => ({
  Records: [
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: subscription.arn,
      Sns: {
        ...notification(subscription, message),
        Subject: message.subject ?? null,
        MessageAttributes: shownAttributes(message),
      },
    },
  ],
});

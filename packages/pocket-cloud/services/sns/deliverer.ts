import { randomUUID } from "node:crypto";
import { type Caller, servicePrincipal } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { errorText } from "../shared/error-text";
import { queueUrl } from "../shared/queues";
import { acceptsMessage } from "./filter-policy";
import { topicReport } from "./metrics";
import { lambdaEvent, notification } from "./notification";
import type { Delivery, Message, SubscriptionRecord, TopicStore } from "./store";

const SERVICE = "sns.amazonaws.com";
/** Seconds to wait before each retry. */
const RETRY_SECONDS = [1, 1, 1, 10, 20, 60, 120, 300, 600];

/** Delivers published messages to their subscribers, as tasks on the cloud's clock. */
export class Deliverer {
  readonly cloud: CloudContext;
  readonly #report: ReturnType<typeof topicReport>;

  constructor(readonly store: TopicStore) {
    this.cloud = store.cloud;
    this.#report = topicReport(store.cloud.bus);
  }

  start(): void {
    for (const delivery of this.store.deliveries.values()) this.#schedule(delivery);
  }

  publish({ bodies, ...shared }: Message): void {
    this.#report(shared.topicArn, {
      NumberOfMessagesPublished: 1,
      PublishSize: Buffer.byteLength(shared.body),
    });
    for (const subscription of this.store.subscriptionsOf(shared.topicArn)) {
      const { protocol, endpoint, attributes, pending, arn: subscriptionArn } = subscription;
      const message = { ...shared, body: bodies?.[protocol] ?? shared.body };
      if (!acceptsMessage(attributes, message)) {
        this.#report(message.topicArn, { NumberOfNotificationsFilteredOut: 1 });
        continue;
      }
      if (pending) {
        this.cloud.log(
          `sns ${message.topicArn} to ${endpoint} (not confirmed): ${message.subject ?? message.body}`,
        );
        continue;
      }
      const delivery = { id: randomUUID(), subscriptionArn, message, attempts: 0, dueAt: message.at };
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
      if (subscription) {
        await this.#send(subscription, delivery.message);
        this.#report(subscription.topicArn, { NumberOfNotificationsDelivered: 1 });
      }
      deliveries.delete(delivery.id);
    } catch (error) {
      this.cloud.log(`sns to ${subscription?.endpoint}: ${errorText(error)}`);
      const wait = RETRY_SECONDS[delivery.attempts++];
      const permanent = error instanceof AwsError && error.status < 500 && error.status !== 429;
      if (wait === undefined || permanent) {
        deliveries.delete(delivery.id);
        this.#report(delivery.message.topicArn, { NumberOfNotificationsFailed: 1 });
        if (subscription) await this.#sendToDeadLetterQueue(subscription, delivery.message);
        return;
      }
      delivery.dueAt = this.cloud.clock.now() + wait * 1000;
      deliveries.set(delivery.id, delivery);
      this.#schedule(delivery);
    }
  }

  async #send(subscription: SubscriptionRecord, message: Message): Promise<void> {
    await (subscription.protocol === "sqs"
      ? this.#sendToQueue(subscription, message, subscription.endpoint, this.#service(subscription))
      : this.#invokeFunction(subscription, message));
  }

  async #sendToQueue(
    subscription: SubscriptionRecord,
    message: Message,
    arn: string,
    caller: Caller,
  ): Promise<void> {
    const { cloud } = this;
    const raw = subscription.attributes.RawMessageDelivery === "true";
    const fifo = arn.endsWith(".fifo");
    const { group, deduplication, topicArn, trace } = message;
    await cloud.call(
      "sqs",
      "SendMessage",
      {
        QueueUrl: queueUrl(cloud, arn),
        MessageBody: raw ? message.body : JSON.stringify(notification(subscription, message)),
        ...(raw && { MessageAttributes: { ...message.attributes } as never }),
        // A standard queue uses the group of a standard topic for fair queuing.
        ...(group !== undefined && (fifo || !topicArn.endsWith(".fifo")) && { MessageGroupId: group }),
        ...(fifo && deduplication !== undefined && { MessageDeduplicationId: deduplication }),
        ...(trace !== undefined && {
          MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
        }),
      },
      caller,
    );
  }

  async #invokeFunction(subscription: SubscriptionRecord, message: Message): Promise<void> {
    const FunctionName = subscription.endpoint;
    const Payload = Buffer.from(JSON.stringify(lambdaEvent(subscription, message)));
    const input = { FunctionName, InvocationType: "Event", Payload } as const;
    await this.cloud.call("lambda", "Invoke", input, this.#service(subscription));
  }

  /** The policy of the queue or function, and the policy of the queue's key, must allow SNS to deliver from the topic. */
  #service({ topicArn }: SubscriptionRecord) {
    return servicePrincipal(this.cloud.accountId, SERVICE, topicArn);
  }

  /** The queue gets what the subscriber would have got (recorded by LocalStack's test_redrive_policy_sqs_queue_subscription). */
  async #sendToDeadLetterQueue(subscription: SubscriptionRecord, message: Message): Promise<void> {
    const policy = subscription.attributes.RedrivePolicy;
    if (!policy) return;
    const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn: string };
    try {
      await this.#sendToQueue(subscription, message, deadLetterTargetArn, this.#caller);
      this.#report(subscription.topicArn, { NumberOfNotificationsRedrivenToDlq: 1 });
    } catch (failure) {
      this.#report(subscription.topicArn, { NumberOfNotificationsFailedToRedriveToDlq: 1 });
      throw failure;
    }
  }

  get #caller() {
    return { ...this.cloud.identities().administrator, viaService: SERVICE };
  }
}

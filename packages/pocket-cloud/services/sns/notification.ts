import type { Message, SubscriptionRecord } from "./store";

/** The JSON document that queues receive, unless the subscription has raw delivery. */
export const notification = (subscription: SubscriptionRecord, message: Message): object => ({
  Type: "Notification",
  MessageId: message.id,
  TopicArn: message.topicArn,
  ...(message.subject !== undefined && { Subject: message.subject }),
  Message: message.body,
  Timestamp: new Date(message.at).toISOString(),
  UnsubscribeURL: `https://sns.${message.topicArn.split(":")[3]}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  ...(Object.keys(message.attributes).length > 0 && { MessageAttributes: attributesOf(message) }),
});

/** The event that functions receive. */
export const lambdaEvent = (subscription: SubscriptionRecord, message: Message): object => ({
  Records: [
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: subscription.arn,
      Sns: {
        ...notification(subscription, message),
        Subject: message.subject ?? null,
        MessageAttributes: attributesOf(message),
      },
    },
  ],
});

const attributesOf = ({ attributes }: Message) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString("base64") : StringValue },
    ]),
  );

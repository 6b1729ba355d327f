import { createHash } from "node:crypto";
import type { Message, SubscriptionRecord } from "./store";

interface Envelope {
  readonly [member: string]: unknown;
  readonly SigningCertURL?: string;
  readonly UnsubscribeURL: string;
}

/** The JSON document that queues receive, unless the subscription has raw delivery. Messages of FIFO topics are not signed. */
export const notification = (subscription: SubscriptionRecord, message: Message): Envelope => ({
  Type: "Notification",
  MessageId: message.id,
  ...(message.sequence !== undefined && { SequenceNumber: message.sequence }),
  TopicArn: message.topicArn,
  ...(message.subject !== undefined && { Subject: message.subject }),
  Message: message.body,
  Timestamp: new Date(message.at).toISOString(),
  ...(!message.topicArn.endsWith(".fifo") && {
    SignatureVersion: message.signature ?? "1",
    Signature: signatureOf(message),
    SigningCertURL: `https://sns.${message.topicArn.split(":")[3]}.amazonaws.com/SimpleNotificationService-0000000000000000000000000000000000000000.pem`,
  }),
  UnsubscribeURL: `https://sns.${message.topicArn.split(":")[3]}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  ...(Object.keys(message.attributes).length > 0 && { MessageAttributes: attributesOf(message) }),
});

/** Four digests in the place of a signature: there is no certificate that AWS issued, so nobody can verify one. */
function signatureOf({ id, topicArn, body, at }: Message): string {
  const digests = [0, 1, 2, 3].map((part) =>
    createHash("sha512").update(`${part}\n${id}\n${topicArn}\n${at}\n${body}`).digest(),
  );
  return Buffer.concat(digests).toString("base64");
}

/** The event that functions receive. Two members have other names than in the document for queues. */
export const lambdaEvent = (subscription: SubscriptionRecord, message: Message): object => ({
  Records: [
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: subscription.arn,
      Sns: {
        ...forFunction(notification(subscription, message)),
        Subject: message.subject ?? null,
        MessageAttributes: attributesOf(message),
      },
    },
  ],
});

/** Functions get version 1 in every case (recorded by LocalStack's test_publish_lambda_verify_signature). */
const forFunction = ({ SigningCertURL, UnsubscribeURL, ...others }: Envelope): object => ({
  ...others,
  ...(SigningCertURL !== undefined && { SignatureVersion: "1" }),
  ...(SigningCertURL !== undefined && { SigningCertUrl: SigningCertURL }),
  UnsubscribeUrl: UnsubscribeURL,
});

const attributesOf = ({ attributes }: Message) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString("base64") : StringValue },
    ]),
  );

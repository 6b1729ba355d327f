import {
  ListSubscriptionsByTopicCommand,
  type ListSubscriptionsByTopicCommandOutput,
  NotFoundException,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { accountOf, type Connection } from "../kit/connect";
import { Failure } from "../kit/errors";

/** The topic of the alerts and one queue of its fan-out. */
export interface FanOut {
  readonly connection: Connection;
  readonly topic: string;
  readonly queue: string;
  readonly print: (line: string) => void;
}

/** SQS keeps messages for at most 14 days. */
const RETENTION_SECONDS = 14 * 86_400;

/** Subscribes a queue to the topic, and creates the queue when it does not exist. Again it changes nothing. */
export async function subscribe({ connection, topic, queue, print }: FanOut): Promise<void> {
  await withClients(connection, async (sns, sqs) => {
    const TopicArn = await arnOf(connection, topic);
    const found = await urlOf(sqs, queue);
    const Attributes = { MessageRetentionPeriod: String(RETENTION_SECONDS) };
    const QueueUrl =
      found ?? (await sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes }))).QueueUrl;
    const { Attributes: attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn", "Policy"] }),
    );
    const Policy = allowing(attributes.Policy, String(attributes.QueueArn), TopicArn);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    try {
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: attributes.QueueArn }));
    } catch (error) {
      if (error instanceof NotFoundException) throw new Failure(`there is no topic ${topic}`);
      throw error;
    }
    print(
      `${found === undefined ? `created the queue ${queue}; it` : `the queue ${queue}`} receives the alerts of ${topic}`,
    );
  });
}

/** Ends a queue's subscription. The queue stays, with its messages. */
export async function unsubscribe({ connection, topic, queue, print }: FanOut): Promise<void> {
  await withClients(connection, async (sns) => {
    const TopicArn = await arnOf(connection, topic);
    let NextToken: string | undefined;
    do {
      const page: ListSubscriptionsByTopicCommandOutput = await sns.send(
        new ListSubscriptionsByTopicCommand({ TopicArn, ...(NextToken && { NextToken }) }),
      );
      for (const { Endpoint, SubscriptionArn } of page.Subscriptions ?? []) {
        if (Endpoint?.split(":").at(-1) !== queue) continue;
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
        print(`the queue ${queue} receives no more alerts of ${topic}`);
        return;
      }
      NextToken = page.NextToken;
    } while (NextToken);
    throw new Failure(`the queue ${queue} does not subscribe to ${topic}`);
  });
}

interface Statement {
  readonly Sid?: string;
}

const SID = "AlertsOfPricelake";

/** The queue's policy with the statement that admits the topic, and nothing else of other topics. */
function allowing(policy: string | undefined, queueArn: string, topicArn: string): string {
  const { Statement = [] } = JSON.parse(policy || "{}") as { Statement?: Statement[] };
  const statement = {
    Sid: SID,
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  const others = Statement.filter(({ Sid }) => Sid !== SID);
  return JSON.stringify({ Version: "2012-10-17", Statement: [...others, statement] });
}

async function urlOf(sqs: SQSClient, QueueName: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function arnOf(connection: Connection, topic: string): Promise<string> {
  const { account, region } = await accountOf(connection);
  return `arn:aws:sns:${region}:${account}:${topic}`;
}

async function withClients(
  connection: Connection,
  work: (sns: SNSClient, sqs: SQSClient) => Promise<void>,
): Promise<void> {
  const sns = new SNSClient(connection);
  const sqs = new SQSClient(connection);
  try {
    await work(sns, sqs);
  } finally {
    sns.destroy();
    sqs.destroy();
  }
}

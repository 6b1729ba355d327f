import { join } from "node:path";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";

export interface TopicRecord {
  readonly arn: string;
  readonly name: string;
  attributes: Record<string, string>;
  tags: Tags;
  /** The number of messages of a FIFO topic. */
  sequence?: number;
}

export interface SubscriptionRecord {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  attributes: Record<string, string>;
  /** E-mail subscriptions: no e-mail is sent, so they can never be confirmed. */
  readonly pending: boolean;
}

export interface Message {
  readonly id: string;
  readonly topicArn: string;
  readonly body: string;
  /** Texts for single protocols, from MessageStructure "json". */
  readonly bodies?: Readonly<Record<string, string>>;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly at: number;
  readonly group?: string;
  readonly deduplication?: string;
  /** Grows with each message of a FIFO topic. */
  readonly sequence?: string;
  /** The topic's SignatureVersion. */
  readonly signature?: string;
  /** The trace of X-Ray that the publisher's request belongs to. */
  readonly trace?: string;
}

/** A message to one subscriber, stored until it is delivered or its retries are exhausted. */
export interface Delivery {
  readonly id: string;
  readonly subscriptionArn: string;
  readonly message: Message;
  attempts: number;
  dueAt: number;
}

interface Recent {
  readonly at: number;
  readonly answer: { MessageId: string; SequenceNumber?: string };
}

const RECENT_MS = 300_000;
/** Sequence numbers have 20 digits. */
const FIRST_SEQUENCE = 10_000_000_000_000_000_000n;
const SEQUENCE_STEP = 1000n;

export const PAGE_SIZE = 100;

/** The resource of IAM checks. */
export const topicArns = ({ TopicArn = "" }: { TopicArn?: string | undefined }): string[] => [TopicArn];

export class TopicStore {
  readonly topics: Collection<TopicRecord>;
  readonly subscriptions: Collection<SubscriptionRecord>;
  readonly deliveries: Collection<Delivery>;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "sns");
    this.topics = new Collection(dir, "topics");
    this.subscriptions = new Collection(dir, "subscriptions");
    this.deliveries = new Collection(dir, "deliveries");
  }

  /** Messages of FIFO topics by what they are deduplicated by. */
  readonly recent = new Map<string, Recent>();

  remember(key: string, at: number, answer: Recent["answer"]): void {
    for (const [old, { at: time }] of this.recent) {
      if (at - time < RECENT_MS) break;
      this.recent.delete(old);
    }
    this.recent.delete(key);
    this.recent.set(key, { at, answer });
  }

  nextSequence(topic: TopicRecord): string {
    topic.sequence = (topic.sequence ?? 0) + 1;
    this.topics.set(topic.arn, topic);
    return String(FIRST_SEQUENCE + BigInt(topic.sequence) * SEQUENCE_STEP);
  }

  arn(name: string): string {
    return `arn:aws:sns:${this.cloud.region}:${this.cloud.accountId}:${name}`;
  }

  topic(arn = ""): TopicRecord {
    const found = this.topics.get(arn);
    if (!found) checkArn(arn, this.cloud.region);
    if (!found) throw new AwsError("NotFoundException", "Topic does not exist", 404);
    return found;
  }

  subscription(arn: string | undefined): SubscriptionRecord {
    const found = this.subscriptions.get(arn ?? "");
    if (!found) throw new AwsError("NotFoundException", "Subscription does not exist", 404);
    return found;
  }

  subscriptionsOf(topicArn: string): SubscriptionRecord[] {
    return this.subscriptions.values().filter((subscription) => subscription.topicArn === topicArn);
  }

  /** The topic's policy; by default it allows its own account. */
  policyOf(arn: string): string | undefined {
    const topic = this.topics.get(arn);
    if (!topic) return undefined;
    return topic.attributes.Policy ?? defaultPolicy(arn, this.cloud.accountId);
  }
}

const defaultPolicy = (arn: string, accountId: string): string =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  });

/** As recorded by LocalStack's tests test_publish_wrong_arn_format, test_topic_publish_another_region. */
function checkArn(arn: string, region: string): void {
  const elements = arn.split(":");
  if (elements.length < 6)
    throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${elements.length}`);
  if (elements[3] !== region) throw invalidParameter("TopicArn");
}

export const invalidParameter = (reason: string): AwsError =>
  new AwsError("InvalidParameterException", `Invalid parameter: ${reason}`);

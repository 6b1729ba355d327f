import { AwsError } from "../../../errors";
import { ofTopic, pageOf, type Sns, type SnsOperation } from "../operation";
import { invalid, type TopicRecord } from "../store";

const SETTABLE = new Set([
  "DisplayName",
  "Policy",
  "DeliveryPolicy",
  "KmsMasterKeyId",
  "SignatureVersion",
  "TracingConfig",
  "FifoTopic",
  "ContentBasedDeduplication",
  "FifoThroughputScope",
  "ArchivePolicy",
  ..."HTTP Firehose Lambda Application SQS"
    .split(" ")
    .flatMap((target) => [
      `${target}SuccessFeedbackRoleArn`,
      `${target}SuccessFeedbackSampleRate`,
      `${target}FailureFeedbackRoleArn`,
    ]),
]);

const tagRecord = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined) =>
  Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

function set(topic: TopicRecord, name: string, value: string): void {
  if (!SETTABLE.has(name)) throw invalid("AttributeName");
  if (value === "") delete topic.attributes[name];
  else topic.attributes[name] = value;
}

export const createTopic = ({ store }: Sns): SnsOperation<"CreateTopic"> => ({
  resources: (input) => [store.arn(input.Name ?? "")],
  run: (input) => {
    const name = input.Name ?? "";
    if (!/^[\w-]{1,256}(\.fifo)?$/.test(name)) throw invalid("Topic Name");
    const given = Object.entries(input.Attributes ?? {});
    if (name.endsWith(".fifo") !== (input.Attributes?.FifoTopic === "true"))
      throw invalid(
        "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
      );
    const arn = store.arn(name);
    const before = store.topics.get(arn);
    if (before) {
      if (given.some(([key, value]) => before.attributes[key] !== value))
        throw invalid("Attributes Reason: Topic already exists with different attributes");
      return { TopicArn: arn };
    }
    const topic: TopicRecord = { arn, name, attributes: {}, tags: tagRecord(input.Tags) };
    for (const [key, value] of given) set(topic, key, value);
    store.topics.set(arn, topic);
    return { TopicArn: arn };
  },
});

export const deleteTopic = ({ store }: Sns): SnsOperation<"DeleteTopic"> => ({
  resources: ofTopic,
  run: (input) => {
    for (const { arn } of store.of(input.TopicArn ?? "")) store.subscriptions.delete(arn);
    store.topics.delete(input.TopicArn ?? "");
    return {};
  },
});

export const getTopicAttributes = ({ store, cloud }: Sns): SnsOperation<"GetTopicAttributes"> => ({
  resources: ofTopic,
  run: (input) => {
    const topic = store.topic(input.TopicArn);
    const subscriptions = store.of(topic.arn);
    const pending = subscriptions.filter((subscription) => subscription.pending).length;
    return {
      Attributes: {
        DisplayName: "",
        EffectiveDeliveryPolicy: JSON.stringify({
          http: {
            defaultHealthyRetryPolicy: {
              minDelayTarget: 20,
              maxDelayTarget: 20,
              numRetries: 3,
              numMaxDelayRetries: 0,
              numNoDelayRetries: 0,
              numMinDelayRetries: 0,
              backoffFunction: "linear",
            },
            disableSubscriptionOverrides: false,
            defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
          },
        }),
        ...topic.attributes,
        Policy: store.policyOf(topic.arn) ?? "",
        TopicArn: topic.arn,
        Owner: cloud.accountId,
        SubscriptionsConfirmed: String(subscriptions.length - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: "0",
      },
    };
  },
});

export const setTopicAttributes = ({ store }: Sns): SnsOperation<"SetTopicAttributes"> => ({
  resources: ofTopic,
  run: (input) => {
    const topic = store.topic(input.TopicArn);
    set(topic, input.AttributeName ?? "", input.AttributeValue ?? "");
    store.topics.set(topic.arn, topic);
    return {};
  },
});

export const listTopics = ({ store }: Sns): SnsOperation<"ListTopics"> => ({
  run: (input) => {
    const { items, ...rest } = pageOf(store.topics.keys(), input.NextToken);
    return { Topics: items.map((TopicArn) => ({ TopicArn })), ...rest };
  },
});

function tagged({ store }: Sns, arn: string | undefined): TopicRecord {
  const topic = store.topics.get(arn ?? "");
  if (!topic) throw new AwsError("ResourceNotFoundException", "Resource does not exist", 404);
  return topic;
}

const ofResource = (input: { ResourceArn?: string | undefined }) => [input.ResourceArn ?? ""];

export const listTagsForResource = (sns: Sns): SnsOperation<"ListTagsForResource"> => ({
  resources: ofResource,
  run: (input) => ({
    Tags: Object.entries(tagged(sns, input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});

export const tagResource = (sns: Sns): SnsOperation<"TagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const topic = tagged(sns, input.ResourceArn);
    Object.assign(topic.tags, tagRecord(input.Tags));
    sns.store.topics.set(topic.arn, topic);
    return {};
  },
});

export const untagResource = (sns: Sns): SnsOperation<"UntagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const topic = tagged(sns, input.ResourceArn);
    for (const key of input.TagKeys ?? []) delete topic.tags[key];
    sns.store.topics.set(topic.arn, topic);
    return {};
  },
});

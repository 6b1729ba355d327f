import type { Tag } from "@aws-sdk/client-sns";
import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { tagOperations, tagsFrom } from "../../shared/tags";
import { invalidParameter, PAGE_SIZE, type TopicRecord, type TopicStore, topicArns } from "../store";

const ATTRIBUTES = new Set([
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
  ...["HTTP", "Firehose", "Lambda", "Application", "SQS"].flatMap((target) => [
    `${target}SuccessFeedbackRoleArn`,
    `${target}SuccessFeedbackSampleRate`,
    `${target}FailureFeedbackRoleArn`,
  ]),
]);

const VALUES: Readonly<Record<string, readonly string[]>> = {
  FifoTopic: ["true", "false"],
  ContentBasedDeduplication: ["true", "false"],
  FifoThroughputScope: ["Topic", "MessageGroup"],
  SignatureVersion: ["1", "2"],
  TracingConfig: ["PassThrough", "Active"],
};

const DELIVERY_POLICY = JSON.stringify({
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
});

export function topicOperations(store: TopicStore) {
  const { topics, subscriptions, cloud } = store;
  const tags = tagOperations({
    resources: ({ ResourceArn = "" }: { ResourceArn?: string | undefined }) => [ResourceArn],
    find: ({ ResourceArn = "" }) => {
      const topic = topics.get(ResourceArn);
      if (!topic) throw new AwsError("ResourceNotFoundException", "Resource does not exist", 404);
      return topic;
    },
    save: (topic) => topics.set(topic.arn, topic),
    // API reference, TagResource: at most 50 tags.
    check: (all) => {
      if (Object.keys(all).length > 50)
        throw new AwsError(
          "TagLimitExceededException",
          "Could not complete request: tag quota of per resource exceeded",
        );
    },
  });
  return {
    CreateTopic: {
      resources: ({ Name = "" }) => [store.arn(Name)],
      run: ({ Name: name = "", Attributes = {}, Tags }) => {
        checkName(name, Attributes.FifoTopic === "true");
        checkDistinct(Tags);
        // A standard topic says so by the absence of FifoTopic.
        const attributes = Object.entries(Attributes).filter(
          ([key, value]) => key !== "FifoTopic" || value !== "false",
        );
        const arn = store.arn(name);
        const existing = topics.get(arn);
        if (existing) {
          if (Tags?.some(({ Key = "", Value }) => existing.tags[Key] !== Value))
            throw invalidParameter("Tags Reason: Topic already exists with different tags");
          if (attributes.some(([key, value]) => existing.attributes[key] !== value))
            throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
          return { TopicArn: arn };
        }
        const topic: TopicRecord = { arn, name, attributes: {}, tags: tagsFrom(Tags) };
        for (const [key, value] of attributes) setAttribute(topic, key, value);
        topics.set(arn, topic);
        return { TopicArn: arn };
      },
    },
    DeleteTopic: {
      resources: topicArns,
      run: ({ TopicArn = "" }) => {
        for (const { arn } of store.subscriptionsOf(TopicArn)) subscriptions.delete(arn);
        topics.delete(TopicArn);
        return {};
      },
    },
    GetTopicAttributes: {
      resources: topicArns,
      run: ({ TopicArn }) => {
        const topic = store.topic(TopicArn);
        const all = store.subscriptionsOf(topic.arn);
        const pending = all.filter((subscription) => subscription.pending).length;
        return {
          Attributes: {
            DisplayName: "",
            EffectiveDeliveryPolicy: DELIVERY_POLICY,
            ...(topic.attributes.FifoTopic === "true" && { ContentBasedDeduplication: "false" }),
            ...topic.attributes,
            Policy: store.policyOf(topic.arn) ?? "",
            TopicArn: topic.arn,
            Owner: cloud.accountId,
            SubscriptionsConfirmed: String(all.length - pending),
            SubscriptionsPending: String(pending),
            SubscriptionsDeleted: "0",
          },
        };
      },
    },
    SetTopicAttributes: {
      resources: topicArns,
      run: ({ TopicArn, AttributeName = "", AttributeValue = "" }) => {
        const topic = store.topic(TopicArn);
        if (AttributeName === "FifoTopic") throw invalidParameter("AttributeName");
        setAttribute(topic, AttributeName, AttributeValue);
        topics.set(topic.arn, topic);
        return {};
      },
    },
    ListTopics: {
      run: ({ NextToken }) => {
        const { items, next } = pageOf(topics.keys(), NextToken, PAGE_SIZE);
        return { Topics: items.map((TopicArn) => ({ TopicArn })), ...next };
      },
    },
    TagResource: {
      ...tags.tag,
      run: (input) => {
        checkDistinct(input.Tags);
        return tags.tag.run(input);
      },
    },
    UntagResource: tags.untag,
    ListTagsForResource: tags.list,
  } satisfies Operations<"sns">;
}

function checkName(name: string, fifo: boolean): void {
  if (!/^[\w-]{1,256}(\.fifo)?$/.test(name)) throw invalidParameter("Topic Name");
  if (name.endsWith(".fifo") !== fifo) throw invalidParameter("Topic Name");
}

function checkDistinct(tags: readonly Tag[] = []): void {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidParameter("Duplicated keys are not allowed.");
}

function setAttribute({ attributes }: TopicRecord, name: string, value: string): void {
  if (!ATTRIBUTES.has(name)) throw invalidParameter("AttributeName");
  const allowed = VALUES[name];
  if (allowed && value !== "" && !allowed.includes(value))
    throw invalidParameter(`${name}: Invalid value [${value}]. Must be one of: ${allowed.join(", ")}`);
  if (value === "") delete attributes[name];
  else attributes[name] = value;
}

import type { sns, sqs } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { tagging } from "./tagging";
import { arn, policyText, type Types, tagged, type, uuidFor } from "./type";

export const messagingTypes: Types = {
  "aws:sqs/queue:Queue": type<sqs.QueueArgs>({
    nameInput: "name",
    replaceOn: ["name", "fifoQueue"],
    taggable: tagging.sqs,
    describe: ({ name = "" }, location) => {
      const url = `https://sqs.${location.region}.amazonaws.com/${location.account}/${name}`;
      return { id: url, outputs: { name, url, arn: arn(location, "sqs", name) } };
    },
    create: async (inputs, { call, tags }) => {
      const created = await call("sqs", "CreateQueue", {
        QueueName: inputs.name,
        Attributes: queueAttributes(inputs),
        tags: { ...tags },
      });
      const url = created.QueueUrl ?? "";
      const { Attributes } = await call("sqs", "GetQueueAttributes", {
        QueueUrl: url,
        AttributeNames: ["QueueArn"],
      });
      return { id: url, outputs: { url, arn: Attributes?.QueueArn } };
    },
    update: (inputs, { call, id, old }) =>
      call("sqs", "SetQueueAttributes", {
        QueueUrl: id,
        Attributes: { ...removed(queueAttributes(old)), ...queueAttributes(inputs) },
      }),
    delete: (_, { call, id }) => call("sqs", "DeleteQueue", { QueueUrl: id }),
  }),
  "aws:sqs/queuePolicy:QueuePolicy": type<sqs.QueuePolicyArgs>({
    replaceOn: ["queueUrl"],
    describe: ({ queueUrl }) => ({ id: queueUrl }),
    put: ({ queueUrl, policy }, { call }) =>
      call("sqs", "SetQueueAttributes", {
        QueueUrl: queueUrl,
        Attributes: { Policy: policyText(policy) },
      }),
    delete: ({ queueUrl }, { call }) =>
      call("sqs", "SetQueueAttributes", { QueueUrl: queueUrl, Attributes: { Policy: "" } }),
  }),
  "aws:sns/topic:Topic": type<sns.TopicArgs>({
    nameInput: "name",
    replaceOn: ["name", "fifoTopic"],
    taggable: tagging.sns,
    describe: ({ name = "" }, location) => {
      const topicArn = arn(location, "sns", name);
      return { id: topicArn, outputs: { name, arn: topicArn, owner: location.account } };
    },
    create: async (inputs, { call, tags }) => {
      const { TopicArn = "" } = await call("sns", "CreateTopic", {
        Name: inputs.name,
        Attributes: topicAttributes(inputs),
        ...tagged(tags),
      });
      return { id: TopicArn, outputs: { arn: TopicArn } };
    },
    update: async (inputs, { call, id, old }) => {
      const attributes = { ...removed(topicAttributes(old)), ...topicAttributes(inputs) };
      for (const [AttributeName, AttributeValue] of Object.entries(attributes))
        await call("sns", "SetTopicAttributes", { TopicArn: id, AttributeName, AttributeValue });
    },
    delete: (_, { call, id }) => call("sns", "DeleteTopic", { TopicArn: id }),
  }),
  "aws:sns/topicPolicy:TopicPolicy": type<sns.TopicPolicyArgs>({
    replaceOn: ["arn"],
    describe: ({ arn: topic }, location) => ({ id: String(topic), outputs: { owner: location.account } }),
    create: async ({ arn: topic, policy }, { call }) => {
      const AttributeValue = policyText(policy);
      await call("sns", "SetTopicAttributes", {
        TopicArn: String(topic),
        AttributeName: "Policy",
        AttributeValue,
      });
    },
    update: async ({ arn: topic, policy }, { call }) => {
      const AttributeValue = policyText(policy);
      await call("sns", "SetTopicAttributes", {
        TopicArn: String(topic),
        AttributeName: "Policy",
        AttributeValue,
      });
    },
    delete: async () => {},
  }),
  "aws:sns/topicSubscription:TopicSubscription": type<sns.TopicSubscriptionArgs>({
    replaceOn: ["topic", "protocol", "endpoint"],
    describe: ({ topic }, _, urn) => {
      const subscription = `${String(topic)}:${uuidFor(urn)}`;
      return { id: subscription, outputs: { arn: subscription } };
    },
    create: async ({ topic, protocol, endpoint }, { call }) => {
      const created = await call("sns", "Subscribe", {
        TopicArn: String(topic),
        Protocol: protocol,
        Endpoint: endpoint,
        ReturnSubscriptionArn: true,
      });
      return created.SubscriptionArn
        ? { id: created.SubscriptionArn, outputs: { arn: created.SubscriptionArn } }
        : undefined;
    },
    delete: (_, { call, id }) => call("sns", "Unsubscribe", { SubscriptionArn: id }),
  }),
};

const texts = (from: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(from)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );

/** Empties the attributes of before that have no default, for an update that may no longer have them. */
const removed = (before: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    ["KmsMasterKeyId", "RedrivePolicy", "DisplayName"]
      .filter((name) => before[name])
      .map((name) => [name, ""]),
  );

const queueAttributes = (inputs: Unwrap<sqs.QueueArgs>): Record<string, string> =>
  texts({
    MessageRetentionPeriod: inputs.messageRetentionSeconds,
    VisibilityTimeout: inputs.visibilityTimeoutSeconds,
    DelaySeconds: inputs.delaySeconds,
    ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
    MaximumMessageSize: inputs.maxMessageSize,
    SqsManagedSseEnabled: inputs.sqsManagedSseEnabled,
    KmsMasterKeyId: inputs.kmsMasterKeyId,
    RedrivePolicy: inputs.redrivePolicy,
    Policy: inputs.policy,
  });

const topicAttributes = (inputs: Unwrap<sns.TopicArgs>): Record<string, string> =>
  texts({ KmsMasterKeyId: inputs.kmsMasterKeyId, DisplayName: inputs.displayName, Policy: inputs.policy });

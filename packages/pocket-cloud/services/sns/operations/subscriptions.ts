import { randomUUID } from "node:crypto";
import { unsupported } from "../../../errors";
import { flawOf } from "../filter-rules";
import { ofTopic, pageOf, type Sns, type SnsOperation } from "../operation";
import { invalid, type SubscriptionRecord } from "../store";

const SETTABLE = new Set([
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "DeliveryPolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
]);

/** Delivered here: queues and functions. E-mail waits for its confirmation; the rest would leave the machine. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  sqs: /^arn:aws:sqs:/,
  lambda: /^arn:aws:lambda:/,
  email: /^[^@\s]+@[^@\s]+$/,
  "email-json": /^[^@\s]+@[^@\s]+$/,
};

/** Attributes with others given over them; an empty value takes one away. */
function changed(
  attributes: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
  where = "",
): Record<string, string> {
  const all = { ...attributes };
  for (const [name, value] of Object.entries(given)) {
    if (!SETTABLE.has(name)) throw invalid("AttributeName");
    if (value === "" || (name === "FilterPolicy" && value === "{}")) delete all[name];
    else {
      if (name.endsWith("Policy")) checkJson(name, value);
      all[name] = value;
    }
  }
  const flaw = all.FilterPolicy && flawOf(all.FilterPolicy, all.FilterPolicyScope);
  if (flaw) throw invalid(`${where}FilterPolicy: ${flaw}`);
  return all;
}

function checkJson(name: string, value: string): void {
  try {
    JSON.parse(value);
  } catch {
    throw invalid(`${name}: failed to parse JSON.`);
  }
}

export const subscribe = ({ store }: Sns): SnsOperation<"Subscribe"> => ({
  resources: ofTopic,
  run: (input) => {
    const { arn } = store.topic(input.TopicArn);
    const protocol = input.Protocol ?? "";
    const endpoint = input.Endpoint ?? "";
    const form = ENDPOINTS[protocol];
    if (!form) throw unsupported(`SNS subscriptions of protocol ${protocol}`);
    if (!form.test(endpoint)) throw invalid(`${protocol.toUpperCase()} endpoint`);
    const before = store.of(arn).find((one) => one.protocol === protocol && one.endpoint === endpoint);
    const pending = protocol.startsWith("email");
    const subscription: SubscriptionRecord = before ?? {
      arn: `${arn}:${randomUUID()}`,
      topicArn: arn,
      protocol,
      endpoint,
      attributes: {},
      pending,
    };
    subscription.attributes = changed(subscription.attributes, input.Attributes ?? {}, "Attributes Reason: ");
    store.subscriptions.set(subscription.arn, subscription);
    return {
      SubscriptionArn: pending && !input.ReturnSubscriptionArn ? "pending confirmation" : subscription.arn,
    };
  },
});

export const unsubscribe = ({ store }: Sns): SnsOperation<"Unsubscribe"> => ({
  resources: (input) => [(input.SubscriptionArn ?? "").split(":").slice(0, 6).join(":")],
  run: (input) => {
    store.subscriptions.delete(input.SubscriptionArn ?? "");
    return {};
  },
});

const ofSubscription = (input: { SubscriptionArn?: string | undefined }) => [
  (input.SubscriptionArn ?? "").split(":").slice(0, 6).join(":"),
];

export const getSubscriptionAttributes = ({
  store,
  cloud,
}: Sns): SnsOperation<"GetSubscriptionAttributes"> => ({
  resources: ofSubscription,
  run: (input) => {
    const { arn, topicArn, protocol, endpoint, attributes, pending } = store.subscription(
      input.SubscriptionArn,
    );
    return {
      Attributes: {
        RawMessageDelivery: "false",
        ...(attributes.FilterPolicy && { FilterPolicyScope: "MessageAttributes" }),
        ...attributes,
        SubscriptionArn: arn,
        TopicArn: topicArn,
        Protocol: protocol,
        Endpoint: endpoint,
        Owner: cloud.accountId,
        PendingConfirmation: String(pending),
        ConfirmationWasAuthenticated: String(!pending),
        SubscriptionPrincipal: cloud.identities().administrator.arn,
      },
    };
  },
});

export const setSubscriptionAttributes = ({ store }: Sns): SnsOperation<"SetSubscriptionAttributes"> => ({
  resources: ofSubscription,
  run: (input) => {
    const subscription = store.subscription(input.SubscriptionArn);
    const given = { [input.AttributeName ?? ""]: input.AttributeValue ?? "" };
    subscription.attributes = changed(subscription.attributes, given);
    store.subscriptions.set(subscription.arn, subscription);
    return {};
  },
});

const shown = (sns: Sns) => (subscription: SubscriptionRecord) => ({
  SubscriptionArn: subscription.pending ? "PendingConfirmation" : subscription.arn,
  Owner: sns.cloud.accountId,
  Protocol: subscription.protocol,
  Endpoint: subscription.endpoint,
  TopicArn: subscription.topicArn,
});

export const listSubscriptions = (sns: Sns): SnsOperation<"ListSubscriptions"> => ({
  run: (input) => {
    const { items, ...rest } = pageOf(sns.store.subscriptions.values(), input.NextToken);
    return { Subscriptions: items.map(shown(sns)), ...rest };
  },
});

export const listSubscriptionsByTopic = (sns: Sns): SnsOperation<"ListSubscriptionsByTopic"> => ({
  resources: ofTopic,
  run: (input) => {
    const { arn } = sns.store.topic(input.TopicArn);
    const { items, ...rest } = pageOf(sns.store.of(arn), input.NextToken);
    return { Subscriptions: items.map(shown(sns)), ...rest };
  },
});

import { randomUUID } from "node:crypto";
import { unsupported } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { filterPolicyError } from "../filter-validation";
import { invalidParameter, PAGE_SIZE, type SubscriptionRecord, type TopicStore, topicArns } from "../store";

const ATTRIBUTES = new Set([
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "DeliveryPolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
]);

/** Supported protocols, and the form of their endpoints. E-mail subscriptions stay unconfirmed. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  sqs: /^arn:aws:sqs:/,
  lambda: /^arn:aws:lambda:/,
  email: /^[^@\s]+@[^@\s]+$/,
  "email-json": /^[^@\s]+@[^@\s]+$/,
};

export function subscriptionOperations(store: TopicStore) {
  const { subscriptions, cloud } = store;
  /** A subscription's ARN is its topic's and an id; IAM checks the topic's. */
  const resources = ({ SubscriptionArn = "" }: { SubscriptionArn?: string | undefined }) => [
    SubscriptionArn.split(":").slice(0, 6).join(":"),
  ];
  const describe = ({ arn, topicArn, protocol, endpoint, pending }: SubscriptionRecord) => ({
    SubscriptionArn: pending ? "PendingConfirmation" : arn,
    Owner: cloud.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  });
  const list = (found: readonly SubscriptionRecord[], token: string | undefined) => {
    const { items, next } = pageOf(found, token, PAGE_SIZE);
    return { Subscriptions: items.map(describe), ...next };
  };
  return {
    Subscribe: {
      resources: topicArns,
      run: (input) => {
        const { TopicArn, Protocol: protocol = "", Endpoint: endpoint = "", Attributes = {} } = input;
        const { arn: topicArn } = store.topic(TopicArn);
        const form = ENDPOINTS[protocol];
        if (!form) throw unsupported(`SNS subscriptions of protocol ${protocol}`);
        if (!form.test(endpoint)) throw invalidParameter(`${protocol.toUpperCase()} endpoint`);
        const pending = protocol.startsWith("email");
        const subscription: SubscriptionRecord = store
          .subscriptionsOf(topicArn)
          .find((existing) => existing.protocol === protocol && existing.endpoint === endpoint) ?? {
          arn: `${topicArn}:${randomUUID()}`,
          topicArn,
          protocol,
          endpoint,
          attributes: {},
          pending,
        };
        subscription.attributes = changed(subscription.attributes, Attributes, "Attributes Reason: ");
        subscriptions.set(subscription.arn, subscription);
        const hidden = pending && !input.ReturnSubscriptionArn;
        return { SubscriptionArn: hidden ? "pending confirmation" : subscription.arn };
      },
    },
    Unsubscribe: {
      resources,
      run: ({ SubscriptionArn = "" }) => {
        subscriptions.delete(SubscriptionArn);
        return {};
      },
    },
    GetSubscriptionAttributes: {
      resources,
      run: ({ SubscriptionArn }) => {
        const { arn, topicArn, protocol, endpoint, attributes, pending } =
          store.subscription(SubscriptionArn);
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
    },
    SetSubscriptionAttributes: {
      resources,
      run: ({ SubscriptionArn, AttributeName = "", AttributeValue = "" }) => {
        const subscription = store.subscription(SubscriptionArn);
        subscription.attributes = changed(subscription.attributes, { [AttributeName]: AttributeValue });
        subscriptions.set(subscription.arn, subscription);
        return {};
      },
    },
    ListSubscriptions: {
      run: ({ NextToken }) => list(subscriptions.values(), NextToken),
    },
    ListSubscriptionsByTopic: {
      resources: topicArns,
      run: ({ TopicArn, NextToken }) => list(store.subscriptionsOf(store.topic(TopicArn).arn), NextToken),
    },
  } satisfies Operations<"sns">;
}

/** The attributes after a change. An empty value removes an attribute. */
function changed(
  attributes: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>>,
  errorPrefix = "",
): Record<string, string> {
  const all = { ...attributes };
  for (const [name, value] of Object.entries(changes)) {
    if (!ATTRIBUTES.has(name)) throw invalidParameter("AttributeName");
    if (value === "" || (name === "FilterPolicy" && value === "{}")) delete all[name];
    else {
      if (name.endsWith("Policy")) checkJson(name, value);
      all[name] = value;
    }
  }
  const error = all.FilterPolicy && filterPolicyError(all.FilterPolicy, all.FilterPolicyScope);
  if (error) throw invalidParameter(`${errorPrefix}FilterPolicy: ${error}`);
  return all;
}

function checkJson(name: string, value: string): void {
  try {
    JSON.parse(value);
  } catch {
    throw invalidParameter(`${name}: failed to parse JSON.`);
  }
}

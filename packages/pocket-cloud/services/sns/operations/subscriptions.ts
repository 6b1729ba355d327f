import { randomUUID } from "node:crypto";
import { unsupported } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { filterPolicyError, parserText } from "../filter-validation";
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

/** Protocols of AWS that this cloud does not deliver to. */
const OTHER_PROTOCOLS = ["http", "https", "sms", "application", "firehose"];

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
        const { TopicArn, Protocol: protocol = "", Endpoint: endpoint = "" } = input;
        const Attributes = normalized(input.Attributes);
        const { arn: topicArn } = store.topic(TopicArn);
        const form = ENDPOINTS[protocol];
        if (!form && OTHER_PROTOCOLS.includes(protocol))
          throw unsupported(`SNS subscriptions of protocol ${protocol}`);
        if (!form) throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
        if (!form.test(endpoint))
          throw invalidParameter(`${protocol.toUpperCase()} endpoint${protocol === "sqs" ? " ARN" : ""}`);
        const fifo = topicArn.endsWith(".fifo");
        // The doubled beginning is AWS's.
        if (protocol === "sqs" && endpoint.endsWith(".fifo") && !fifo)
          throw invalidParameter(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
          );
        if (fifo && protocol !== "sqs")
          throw invalidParameter(
            `Invalid parameter: Endpoint Reason: Please use FIFO SQS queue for this topic`,
          );
        const pending = protocol.startsWith("email");
        const existing = store
          .subscriptionsOf(topicArn)
          .find((one) => one.protocol === protocol && one.endpoint === endpoint);
        if (
          existing &&
          Object.entries(Attributes).some(
            ([name, value]) => ({ ...DEFAULTS, ...existing.attributes })[name] !== value,
          )
        )
          throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
        const subscription: SubscriptionRecord = existing ?? {
          arn: `${topicArn}:${randomUUID()}`,
          topicArn,
          protocol,
          endpoint,
          attributes: {},
          pending,
        };
        subscription.attributes = changed(subscription, Attributes, "Attributes Reason: ");
        subscriptions.set(subscription.arn, subscription);
        const hidden = pending && !input.ReturnSubscriptionArn;
        return { SubscriptionArn: hidden ? "pending confirmation" : subscription.arn };
      },
    },
    Unsubscribe: {
      resources,
      run: ({ SubscriptionArn = "" }) => {
        checkSubscriptionArn(SubscriptionArn);
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
            ...shown(attributes),
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
        subscription.attributes = changed(subscription, normalized({ [AttributeName]: AttributeValue }));
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

/** Attributes that an existing subscription has when it was made without them. */
const DEFAULTS: Readonly<Record<string, string>> = {
  RawMessageDelivery: "false",
  FilterPolicyScope: "MessageAttributes",
};

/** Attributes with few values, and what AWS says of others. */
const VALUES: Readonly<Record<string, { readonly values: readonly string[]; readonly text: string }>> = {
  RawMessageDelivery: { values: ["true", "false"], text: "Must be true or false." },
  FilterPolicyScope: {
    values: ["MessageBody", "MessageAttributes"],
    text: "Please use either MessageBody or MessageAttributes",
  },
};

/** The scope is shown only with a policy (recorded by LocalStack's test_set_subscription_filter_policy_scope). */
function shown({ FilterPolicyScope, ...others }: SubscriptionRecord["attributes"]): Record<string, string> {
  return {
    ...others,
    ...(others.FilterPolicy && { FilterPolicyScope: FilterPolicyScope ?? "MessageAttributes" }),
  };
}

/** AWS accepts "True" and "TrUe", and returns small letters (recorded by LocalStack's test_subscribe_idempotency). */
const normalized = (attributes: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      name === "RawMessageDelivery" && /^(true|false)$/i.test(value) ? value.toLowerCase() : value,
    ]),
  );

/** As recorded by LocalStack's test_unsubscribe_wrong_arn_format. */
function checkSubscriptionArn(arn: string): void {
  const elements = arn.split(":");
  if (arn === "") throw invalidParameter("SubscriptionArn Reason: no value for required parameter");
  if (elements.length < 6)
    throw invalidParameter(
      `SubscriptionArn Reason: An ARN must have at least 6 elements, not ${elements.length}`,
    );
  if (elements.length < 7) throw invalidParameter("SubscriptionId");
}

function checkRedrive(text: string, fifo: boolean, errorPrefix: string): void {
  checkJson("RedrivePolicy", text, errorPrefix);
  const { deadLetterTargetArn } = (JSON.parse(text) ?? {}) as { deadLetterTargetArn?: unknown };
  if (
    typeof deadLetterTargetArn !== "string" ||
    !/^arn:aws:sqs:[^:]+:\d{12}:[\w.-]+$/.test(deadLetterTargetArn)
  )
    throw invalidParameter(`${errorPrefix}RedrivePolicy: deadLetterTargetArn is an invalid arn`);
  if (fifo && !deadLetterTargetArn.endsWith(".fifo"))
    throw invalidParameter(
      `${errorPrefix}RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.`,
    );
}

/** The attributes after a change. An empty value removes an attribute. */
function changed(
  { attributes, topicArn, endpoint }: Pick<SubscriptionRecord, "attributes" | "topicArn" | "endpoint">,
  changes: Readonly<Record<string, string>>,
  errorPrefix = "",
): Record<string, string> {
  const all = { ...attributes };
  for (const [name, value] of Object.entries(changes)) {
    if (!ATTRIBUTES.has(name)) throw invalidParameter(`${errorPrefix}AttributeName`);
    const allowed = VALUES[name];
    if (allowed && !allowed.values.includes(value))
      throw invalidParameter(`${errorPrefix}${name}: Invalid value [${value}]. ${allowed.text}`);
    if (name === "RedrivePolicy" && value !== "")
      checkRedrive(value, topicArn.endsWith(".fifo") && endpoint.endsWith(".fifo"), errorPrefix);
    if (value === "" || (name === "FilterPolicy" && value === "{}")) delete all[name];
    else {
      if (name.endsWith("Policy")) checkJson(name, value, errorPrefix);
      all[name] = value;
    }
  }
  const error = all.FilterPolicy && filterPolicyError(all.FilterPolicy, all.FilterPolicyScope);
  if (error) throw invalidParameter(error.startsWith("FilterPolicy:") ? `${errorPrefix}${error}` : error);
  return all;
}

function checkJson(name: string, value: string, errorPrefix: string): void {
  try {
    JSON.parse(value);
  } catch {
    throw invalidParameter(`${errorPrefix}${name}: failed to parse JSON.${parserText(value)}`);
  }
}

import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { matchesPattern, type Pattern } from "../shared/event-pattern";
import type { Message, SubscriptionRecord } from "./store";

/** Whether a subscription's filter policy accepts a message, by its attributes or by its JSON body. */
export function acceptsMessage(
  { FilterPolicy, FilterPolicyScope }: SubscriptionRecord["attributes"],
  { attributes, body }: Pick<Message, "attributes" | "body">,
): boolean {
  if (!FilterPolicy) return true;
  const policy = JSON.parse(FilterPolicy) as Pattern;
  if (FilterPolicyScope === "MessageBody") {
    const event = parseJson(body);
    return event !== undefined && matchesPattern(nested(policy) as Pattern, nested(event));
  }
  const values = Object.entries(attributes).map(([name, value]) => [name, attributeValue(value)]);
  return matchesPattern(policy, Object.fromEntries(values));
}

/** A dot in a key means the same as nesting (recorded by LocalStack's test_filter_policy_on_message_body_dot_attribute). */
function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = Object.create(null);
  for (const [name, inside] of Object.entries(value)) {
    const path = name.split(".");
    const last = path.pop() ?? "";
    let at = result;
    for (const part of path) {
      const next = at[part];
      const fields = isFields(next) ? next : (Object.create(null) as Record<string, unknown>);
      at[part] = fields;
      at = fields;
    }
    const before = at[last];
    const now = nested(inside);
    at[last] = isFields(before) && isFields(now) ? Object.assign(before, now) : now;
  }
  return result;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function attributeValue({ DataType, StringValue }: MessageAttributeValue): unknown {
  if (DataType === "Number") return Number(StringValue);
  return DataType === "String.Array" ? parseJson(StringValue ?? "") : StringValue;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

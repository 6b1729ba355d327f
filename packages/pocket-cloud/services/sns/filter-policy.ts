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
    return event !== undefined && matchesPattern(policy, event);
  }
  const values = Object.entries(attributes).map(([name, value]) => [name, attributeValue(value)]);
  return matchesPattern(policy, Object.fromEntries(values));
}

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

import { randomUUID } from "node:crypto";
import { hasExpressions, type Part, parsePrefix, uses } from "./expression";
import { formatTimestamp } from "./timestamp";

export interface Moment {
  /** Arrival of the oldest record in the object. */
  readonly time: number;
  readonly zone?: string | undefined;
}

export interface Keys {
  readonly query?: Readonly<Record<string, string>>;
  readonly lambda?: Readonly<Record<string, string>>;
}

export type ErrorType = "processing-failed" | "format-conversion-failed";

const DEFAULT_TIME = "yyyy/MM/dd/HH/";

/** Where data goes. Without any say on time the hour of arrival is appended, with no slash before it. */
export function dataPrefix(prefix: string, moment: Moment, keys: Keys = {}): string {
  const parts = parsePrefix(prefix);
  const placed =
    uses(parts, "timestamp") || uses(parts, "partitionKeyFromQuery") || uses(parts, "partitionKeyFromLambda");
  return (
    evaluate(parts, moment, keys) + (placed ? "" : formatTimestamp(DEFAULT_TIME, moment.time, moment.zone))
  );
}

/** Where records go that could not be processed. */
export function errorPrefix(
  { prefix, errorPrefix }: { prefix: string; errorPrefix: string | undefined },
  type: ErrorType,
  moment: Moment,
): string {
  const time = formatTimestamp(DEFAULT_TIME, moment.time, moment.zone);
  if (errorPrefix === undefined || errorPrefix === "") return `${prefix}${type}/${time}`;
  const parts = parsePrefix(errorPrefix);
  return hasExpressions(parts) ? evaluate(parts, moment, {}, type) : `${errorPrefix}${type}/${time}`;
}

function evaluate(parts: readonly Part[], { time, zone }: Moment, keys: Keys, type?: ErrorType): string {
  return parts
    .map((part) => {
      if ("text" in part) return part.text;
      if (part.namespace === "timestamp") return formatTimestamp(part.value, time, zone);
      if (part.namespace === "partitionKeyFromQuery") return keys.query?.[part.value] ?? "";
      if (part.namespace === "partitionKeyFromLambda") return keys.lambda?.[part.value] ?? "";
      return part.value === "random-string" ? randomUUID().slice(0, 11) : (type ?? "");
    })
    .join("");
}

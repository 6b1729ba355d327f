export type Namespace = "timestamp" | "firehose" | "partitionKeyFromQuery" | "partitionKeyFromLambda";

export type Part = { readonly text: string } | { readonly namespace: Namespace; readonly value: string };

const NAMESPACES: readonly string[] = [
  "timestamp",
  "firehose",
  "partitionKeyFromQuery",
  "partitionKeyFromLambda",
];

/** A syntax error, with AWS's message. */
export class PrefixError extends Error {}

/** Parses a prefix into literal text and `!{namespace:value}` expressions. */
export function parsePrefix(prefix: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < prefix.length) {
    const open = prefix.indexOf("!{", at);
    if (open !== at) parts.push({ text: prefix.slice(at, open < 0 ? undefined : open) });
    if (open < 0) return parts;
    const close = prefix.indexOf("}", open);
    const body = prefix.slice(open + 2, close < 0 ? undefined : close);
    const colon = body.indexOf(":");
    const namespace = body.slice(0, colon);
    if (close < 0 || colon < 0 || body.length === colon + 1 || body.includes("!{"))
      throw new PrefixError("Invalid expression usage");
    if (!NAMESPACES.includes(namespace))
      throw new PrefixError(`Namespace to the left of colon (${namespace}) is an invalid keyword!`);
    parts.push({ namespace: namespace as Namespace, value: body.slice(colon + 1) });
    at = close + 1;
  }
  return parts;
}

export const hasExpressions = (parts: readonly Part[]): boolean => parts.some((part) => "namespace" in part);

export const uses = (parts: readonly Part[], namespace: Namespace, value?: string): boolean =>
  parts.some(
    (part) =>
      "namespace" in part && part.namespace === namespace && (value === undefined || part.value === value),
  );

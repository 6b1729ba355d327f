import type { IncomingHttpHeaders } from "node:http";
import type { Exchange } from "./exchange";

/** A request with its target split into path and query, not normalised. */
export interface WireRequest {
  readonly method: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  /** Decoded names and values in order; "?acl" is ["acl", ""]. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: IncomingHttpHeaders;
  /** As sent. */
  readonly rawQuery: string;
}

export function readRequest({
  method,
  target,
  headers,
}: Pick<Exchange, "method" | "target" | "headers">): WireRequest {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const rawQuery = mark < 0 ? "" : target.slice(mark + 1);
  return { method, path, rawQuery, query: parsePairs(rawQuery), headers };
}

/** Names and values of a query string or form. AWS reads a plus sign as a space. */
export function parsePairs(text: string): (readonly [string, string])[] {
  if (text === "") return [];
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0
        ? ([decodeText(pair), ""] as const)
        : ([decodeText(pair.slice(0, at)), decodeText(pair.slice(at + 1))] as const);
    });
}

const decodeText = (text: string): string =>
  decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);

/** Percent-decoding. A text with an invalid escape stays as it is; dot segments stay. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const header = (
  request: { readonly headers: IncomingHttpHeaders },
  name: string,
): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
};

export const queryValue = (request: WireRequest, name: string): string | undefined =>
  request.query.find(([key]) => key === name)?.[1];

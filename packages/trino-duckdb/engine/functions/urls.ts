import { VARCHAR } from "@duckdb/node-api";
import { fail, type Native } from "./native";

/** The syntax of RFC 2396, as java.net.URI splits it. */
const URI = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** What a URI may not have: white space, some ASCII characters, and % without two hexadecimal digits. */
const ILLEGAL = /[\s\x00-\x20"<>\\^`{|}\x7f]|%(?![0-9a-fA-F]{2})/;

interface Parts {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
  /** Not decoded. */
  readonly rawQuery: string;
  readonly fragment: string;
}

/** Undefined for a text that is no URI. */
function partsOf(text: string): Parts | undefined {
  const match = ILLEGAL.test(text) ? null : URI.exec(text);
  if (!match) return undefined;
  const [, protocol = "", authority = "", path = "", query = "", fragment = ""] = match;
  if (
    (protocol !== "" && !/^[a-zA-Z][a-zA-Z0-9+.-]*$/.test(protocol)) ||
    (protocol === "" && /^:/.test(text))
  )
    return undefined;
  // Something like mailto:a@b has neither path nor query.
  const opaque = protocol !== "" && !text.slice(protocol.length + 1).startsWith("/");
  if (opaque && text.length === protocol.length + 1) return undefined;
  const [, host = "", port = ""] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? [];
  return {
    protocol,
    host: /^[a-zA-Z0-9.[\]:-]*$/.test(host) ? host : "",
    port,
    path: opaque ? "" : decoded(path),
    query: opaque ? "" : decoded(query),
    rawQuery: opaque ? "" : query,
    fragment: decoded(fragment),
  };
}

/** Decodes sequences of UTF-8; bytes that are none become U+FFFD. */
const decoded = (text: string): string =>
  text.replace(/(?:%[0-9a-fA-F]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
  );

function parameter(text: string, name: string): string | null {
  for (const pair of partsOf(text)?.rawQuery.split("&") ?? []) {
    const [key = "", ...rest] = pair.split("=");
    if (pair !== "" && decoded(key.replaceAll("+", " ")) === name)
      return decoded(rest.join("=").replaceAll("+", " "));
  }
  return null;
}

/** java.net.URLDecoder fails on a % without two hexadecimal digits. */
const decode = (text: string): string =>
  /%(?![0-9a-fA-F]{2})/.test(text)
    ? fail("INVALID_FUNCTION_ARGUMENT", "URLDecoder: Illegal hex characters in escape (%) pattern")
    : decoded(text.replaceAll("+", " "));

export const urlNatives: readonly Native[] = [
  {
    name: "trino_url_part",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, part: string) => partsOf(text)?.[part as keyof Parts] ?? null,
  },
  { name: "trino_url_parameter", takes: [VARCHAR, VARCHAR], gives: VARCHAR, run: parameter },
  {
    name: "trino_url_encode",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) => new URLSearchParams({ a: text }).toString().slice(2),
  },
  { name: "trino_url_decode", takes: [VARCHAR], gives: VARCHAR, run: decode },
];

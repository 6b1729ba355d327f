import { randomBytes, randomUUID } from "node:crypto";
import { hasExpressions, type Namespace, type Part, parsePrefix, uses } from "./expression";
import { formatTimestamp } from "./timestamp";

export interface Moment {
  /** Arrival time of the oldest record in the object. */
  readonly time: number;
  readonly zone?: string | undefined;
}

export interface Keys {
  readonly query?: Readonly<Record<string, string>>;
  readonly lambda?: Readonly<Record<string, string>>;
}

/** The largest length of an evaluated prefix. */
export const PREFIX_LENGTH = 512;

const DEFAULT_TIME = "yyyy/MM/dd/HH/";

/**
 * The prefix of a data object; undefined when a partition key in it has no value. Without a timestamp or partition key,
 * the hour of arrival is appended directly, without a slash.
 */
export function dataPrefix(prefix: string, moment: Moment, keys: Keys = {}): string | undefined {
  const parts = parsePrefix(prefix);
  const partitioned = uses(parts, "partitionKeyFromQuery") || uses(parts, "partitionKeyFromLambda");
  const evaluated = evaluate(parts, moment, keys);
  if (evaluated === undefined || evaluated.length > PREFIX_LENGTH) return undefined;
  if (partitioned || uses(parts, "timestamp")) return evaluated;
  return evaluated + formatTimestamp(DEFAULT_TIME, moment.time, moment.zone);
}

/** The prefix of an error object. */
export function errorPrefix(
  {
    Prefix = "",
    ErrorOutputPrefix = "",
  }: { Prefix?: string | undefined; ErrorOutputPrefix?: string | undefined },
  type: string,
  moment: Moment,
): string {
  const time = formatTimestamp(DEFAULT_TIME, moment.time, moment.zone);
  if (ErrorOutputPrefix === "") return `${Prefix}${type}/${time}`;
  const parts = parsePrefix(ErrorOutputPrefix);
  return hasExpressions(parts)
    ? (evaluate(parts, moment, {}, type) ?? "")
    : `${ErrorOutputPrefix}${type}/${time}`;
}

function evaluate(parts: readonly Part[], { time, zone }: Moment, keys: Keys, type = ""): string | undefined {
  let evaluated = "";
  for (const part of parts) {
    const text = "text" in part ? part.text : valueFor(part.namespace, part.value, time, zone, keys, type);
    if (text === undefined) return undefined;
    evaluated += text;
  }
  return evaluated;
}

function valueFor(
  namespace: Namespace,
  value: string,
  time: number,
  zone: string | undefined,
  keys: Keys,
  type: string,
): string | undefined {
  const values: Record<Namespace, () => string | undefined> = {
    timestamp: () => formatTimestamp(value, time, zone),
    partitionKeyFromQuery: () => keys.query?.[value] || undefined,
    partitionKeyFromLambda: () => keys.lambda?.[value] || undefined,
    firehose: () => (value === "random-string" ? randomString() : type),
  };
  return values[namespace]();
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const randomString = (): string =>
  [...randomBytes(11)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");

/** The part of an object's key after its prefix. */
export const objectName = (stream: string, version: number, { time, zone }: Moment): string =>
  `${stream}-${version}-${formatTimestamp("yyyy-MM-dd-HH-mm-ss", time, zone)}-${randomUUID()}`;

import type { FeedDefinition } from "../../data/feeds";
import { ParameterError } from "./errors";
import type { Parameter, ParameterType } from "./model";
import { dtText, durationSeconds, hourText, readTime, timesInWords, timestampText } from "./times";

/** A parameter's value: display text, and SQL literals for the placeholder and its properties. */
export interface Value {
  readonly shown: string;
  /** By property. "" is the placeholder without property; times also have dt and hour. */
  readonly literals: Readonly<Record<string, string>>;
  /** The items of a list, or the one item of a non-empty string. */
  readonly items?: readonly string[];
  /** Milliseconds, for times only. */
  readonly instant?: number;
}

/** As a duration's default, the time between two events of the report's feed. */
const FEED_CADENCE = "cadence";

/** A parameter's default as the text that a user would give. */
export function defaultText(param: Parameter, feeds: readonly FeedDefinition[]): string {
  if (param.type !== "duration" || param.default !== FEED_CADENCE) return param.default;
  const [cadence] = feeds.flatMap(({ cadenceSeconds }) => cadenceSeconds ?? []);
  if (cadence === undefined)
    throw new ParameterError(`--${optionName(param.name)} is needed: the feed has no cadence`);
  return `${cadence}s`;
}

/** Athena's limit for an execution parameter. */
const longestLiteral = 1_024;

export const propertiesOf = (type: ParameterType): readonly string[] =>
  type === "time" ? ["", "dt", "hour"] : [""];

export function readValue(param: Parameter, text: string, now: number): Value {
  const value = readers[param.type](param, text, now);
  for (const literal of Object.values(value.literals))
    if (literal.length > longestLiteral)
      throw invalid(param, text.slice(0, 40), `at most ${longestLiteral} characters once quoted`);
  return value;
}

const readers: Readonly<Record<ParameterType, (param: Parameter, text: string, now: number) => Value>> = {
  time(param, text, now) {
    const instant = readTime(text, now);
    if (instant === undefined) throw invalid(param, text, timesInWords);
    const shown = `${timestampText(instant)} UTC`;
    const literals = {
      "": `TIMESTAMP ${quote(timestampText(instant))}`,
      dt: quote(dtText(instant)),
      hour: quote(hourText(instant)),
    };
    return { shown, literals, instant };
  },
  duration(param, text) {
    const seconds = durationSeconds(text);
    const [min, max] = [param.min ?? "1s", param.max ?? "52w"];
    if (
      seconds === undefined ||
      seconds < (durationSeconds(min) ?? 0) ||
      seconds > (durationSeconds(max) ?? Infinity)
    )
      throw invalid(param, text, `a duration from ${min} to ${max}, such as 15m, 1h, 1d`);
    return single(text, String(seconds));
  },
  int(param, text) {
    const value = Number(text);
    const [min, max] = [Number(param.min ?? 0), Number(param.max ?? Number.MAX_SAFE_INTEGER)];
    if (!/^-?\d+$/.test(text) || value < min || value > max)
      throw invalid(param, text, `a whole number from ${min} to ${max}`);
    return single(text, String(value));
  },
  number(param, text) {
    const value = Number(text);
    const [min, max] = [Number(param.min ?? -Infinity), Number(param.max ?? Infinity)];
    if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(value) || value < min || value > max)
      throw invalid(param, text, `a number from ${min} to ${max}`);
    // 1.5 is a DECIMAL in Trino, 1.5E0 a DOUBLE.
    return single(text, value.toExponential().toUpperCase().replace("E+", "E"));
  },
  enum(param, text) {
    if (!param.oneOf?.includes(text)) throw invalid(param, text, `one of ${param.oneOf?.join(", ")}`);
    return single(text, quote(text));
  },
  string: (param, text) => ({
    ...single(text, quote(printable(param, text))),
    items: text === "" ? [] : [text],
  }),
  /** One literal for the whole list, so that the query text stays constant: `contains(split(:coins, ','), coin_id)`. */
  list(param, text) {
    const items = printable(param, text)
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean);
    return { ...single(items.join(", ") || "all", quote(items.join(","))), items };
  },
};

const single = (shown: string, literal: string): Value => ({ shown, literals: { "": literal } });

/** A SQL string literal. Trino's only escape is the doubled quote. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function printable(param: Parameter, text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text) || /\p{Cs}/u.test(text))
    throw invalid(param, text, "text without control characters");
  return text;
}

const invalid = (param: Parameter, text: string, allowed: string): ParameterError =>
  new ParameterError(`--${optionName(param.name)} takes ${allowed}, not ${JSON.stringify(text)}`);

export const optionName = (name: string): string => name.replaceAll("_", "-");

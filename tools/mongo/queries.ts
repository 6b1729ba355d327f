import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readTime, timesInWords } from "../../sql/library/times";
import { UsageError } from "../kit/errors";
import { type Options, parsed, required, wholeNumber } from "../kit/options";

interface Parameter {
  readonly type: "time" | "string" | "number";
  readonly default?: string | number;
  readonly min?: number;
  readonly max?: number;
  readonly doc: string;
}

interface Column {
  /** Name in the result, when it differs from the field's. */
  readonly name?: string;
  readonly type: string;
  readonly doc: string;
}

/** A saved aggregation pipeline: mongo/<feed>/<name>.json. */
export interface Query {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly feed: string;
  readonly params: Readonly<Record<string, Parameter>>;
  /** Fields of the pipeline's documents, in the order of the result. */
  readonly columns: Readonly<Record<string, Column>>;
  /** `{"$param": name}` stands for a parameter's value. A field whose parameter is empty is left out. */
  readonly pipeline: readonly Readonly<Record<string, unknown>>[];
}

const folder = join(__dirname, "../../mongo");

/** All saved queries, by name. */
export function savedQueries(): ReadonlyMap<string, Query> {
  const queries = readdirSync(folder).flatMap((feed) =>
    readdirSync(join(folder, feed))
      .filter((file) => file.endsWith(".json"))
      .map((file) => {
        const query = JSON.parse(readFileSync(join(folder, feed, file), "utf8")) as Omit<Query, "name">;
        return { name: file.slice(0, -".json".length), ...query };
      }),
  );
  return new Map(queries.map((query) => [query.name, query]));
}

export type Value = string | number | Date;

/** The options of a query's parameters. */
export function parameterOptions(query: Query, now: number): Options {
  const entries = Object.entries(query.params).map(([name, parameter]) => {
    const option = optionOf(parameter, now);
    return [name, parameter.default === undefined ? required(option) : option] as const;
  });
  return Object.fromEntries(entries);
}

function optionOf({ type, doc, default: absent, min = 0, max = 1_000_000 }: Parameter, now: number) {
  if (type === "number") return wholeNumber(doc, min, max, Number(absent));
  const read = (text: string): Value | undefined => {
    if (type === "string") return text;
    const at = readTime(text, now);
    return at === undefined ? undefined : new Date(at);
  };
  const expected = type === "time" ? `a time (${timesInWords})` : "a text";
  return absent === undefined
    ? parsed(type.toUpperCase(), doc, read, expected)
    : parsed(type.toUpperCase(), doc, read, expected, String(absent));
}

/** The pipeline with its parameters' values. A value is never an operator, and a searched text never a pattern. */
export function bind(query: Query, values: Readonly<Record<string, Value>>): Record<string, unknown>[] {
  const used = new Set<string>();
  const fill = (part: unknown, field: string): unknown => {
    if (Array.isArray(part)) return part.map((each) => fill(each, field));
    if (typeof part !== "object" || part === null) return part;
    const name = (part as Record<string, unknown>).$param;
    if (typeof name === "string") {
      const value = values[name];
      if (value === undefined)
        throw new UsageError(`mongo/${query.feed}/${query.name}.json has no parameter ${name}`);
      used.add(name);
      if (value === "") return undefined;
      return field === "$regex" ? literal(String(value)) : value;
    }
    const filled = Object.entries(part).map(([key, value]) => [key, fill(value, key)] as const);
    return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
  };
  const pipeline = query.pipeline.map((stage) => fill(stage, "") as Record<string, unknown>);
  const unused = Object.keys(query.params).find((name) => !used.has(name));
  if (unused !== undefined)
    throw new UsageError(`mongo/${query.feed}/${query.name}.json does not use its parameter ${unused}`);
  return pipeline;
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

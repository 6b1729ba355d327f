import type { Processor } from "@aws-sdk/client-firehose";
import { parameter } from "../model";
import { failed, type Item, type Outcome } from "../records";

/** The part of jq-web (jq compiled to WebAssembly) that is used here. */
interface Jq {
  raw(input: string, program: string, flags?: readonly string[]): string;
}

let loading: Promise<Jq> | undefined;

/** Loads jq when a delivery stream first needs it. */
function loadJq(): Promise<Jq> {
  loading ??= Promise.resolve(require("jq-web") as Promise<Jq>);
  return loading;
}

/**
 * Checks a query and returns the keys of the object it produces; undefined when they depend on the record. Throws on a
 * syntax error.
 */
export async function checkQuery(query: string): Promise<readonly string[] | undefined> {
  const jq = await loadJq();
  jq.raw("", `[inputs | ${query}\n]`, ["-c", "-n"]);
  try {
    const keys = JSON.parse(
      jq.raw("{}", `[try (${query}\n) catch null | objects | keys_unsorted] | add`, ["-c"]),
    ) as unknown;
    return Array.isArray(keys) ? keys.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** The result of the query on a record: its keys, or an error. */
type QueryResult = { readonly k: Readonly<Record<string, unknown>> } | { readonly e: string };

/** Extracts partition keys from JSON records with a jq query. One run of jq handles all records. */
export async function extractKeys(items: readonly Item[], processor: Processor): Promise<Outcome> {
  const query = parameter(processor, "MetadataExtractionQuery") ?? "{}";
  const results = runQuery(await loadJq(), items, query);
  const outcome: Outcome = { items: [], failures: [] };
  for (const [index, item] of items.entries()) {
    const keys = keysOf(results[index] ?? []);
    if (typeof keys === "string")
      outcome.failures.push(failed(item, "DynamicPartitioning.MetadataExtractionFailed", keys));
    else outcome.items.push({ ...item, keys: { ...item.keys, query: keys } });
  }
  return outcome;
}

/** Each line of the output is an array with the results for the record on the same line of the input. */
function runQuery(jq: Jq, items: readonly Item[], query: string): QueryResult[][] {
  const program = `[try (fromjson | {k: (${query}\n)}) catch {e: tostring}]`;
  // Line breaks in JSON occur only between tokens, so replacing them by spaces does not change a record.
  const input = items.map(({ data }) => `${data.toString().replace(/[\r\n]+/g, " ")}\n`).join("");
  return jq
    .raw(input, program, ["-c", "-R"])
    .split("\n")
    .map((line) => (line === "" ? [] : (JSON.parse(line) as QueryResult[])));
}

/** The keys of a record, or the message of its failure. */
function keysOf([result, ...others]: readonly QueryResult[]): Record<string, string> | string {
  if (!result || others.length > 0) return "The query must give exactly one object for a record";
  if ("e" in result) return `Non JSON record provided, or the query failed: ${result.e}`;
  if (typeof result.k !== "object" || result.k === null)
    return "The query must give an object of partition keys";
  const keys: Record<string, string> = {};
  for (const [name, value] of Object.entries(result.k)) {
    if (value === null || value === "") return "partitionKeys values must not be null or empty";
    keys[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return keys;
}

import type { Processor } from "@aws-sdk/client-firehose";
import { failed, type Item, type Outcome } from "../delivery/item";
import { type Jq, loadJq } from "./jq";
import { parameter } from "./parameters";

const CODE = "DynamicPartitioning.MetadataExtractionFailed";

type Answer = { readonly k: Readonly<Record<string, unknown>> } | { readonly e: string };

/** Takes partition keys out of JSON records with a jq query; all records in one run of jq. */
export async function extractKeys(items: readonly Item[], processor: Processor): Promise<Outcome> {
  const query = parameter(processor, "MetadataExtractionQuery") ?? "{}";
  const answers = run(await loadJq(), items, query);
  const outcome: Outcome = { items: [], failures: [] };
  for (const [index, item] of items.entries()) {
    const keys = keysOf(answers[index] ?? []);
    if (typeof keys === "string") outcome.failures.push(failed(item, CODE, keys));
    else outcome.items.push({ ...item, keys: { ...item.keys, query: keys } });
  }
  return outcome;
}

/** One line in, one line out: an array of what the query gave, or of what went wrong. */
function run(jq: Jq, items: readonly Item[], query: string): Answer[][] {
  const program = `[try (fromjson | {k: (${query}\n)}) catch {e: tostring}]`;
  // JSON has no raw line breaks but between tokens, where a space does as well.
  const input = items.map(({ data }) => `${data.toString().replace(/[\r\n]+/g, " ")}\n`).join("");
  return jq
    .raw(input, program, ["-c", "-R"])
    .split("\n")
    .map((line) => (line === "" ? [] : (JSON.parse(line) as Answer[])));
}

function keysOf([answer, ...others]: readonly Answer[]): Record<string, string> | string {
  if (!answer || others.length > 0) return "The query must give exactly one object for a record";
  if ("e" in answer) return `Non JSON record provided, or the query failed: ${answer.e}`;
  if (typeof answer.k !== "object" || answer.k === null)
    return "The query must give an object of partition keys";
  const keys: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.k)) {
    if (value === null || value === "") return "partitionKeys values must not be null or empty";
    keys[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return keys;
}

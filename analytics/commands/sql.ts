import { wordsOf } from "../../sql/library/tokens";
import { Refusal, UsageError } from "../../tools/kit/errors";
import { isBrokenPipe } from "../../tools/kit/output";
import { parse } from "../arguments";
import { parseTrino } from "../sql/parse";
import { scansIn } from "../sql/scans";
import type { Surroundings } from "../surroundings";
import { deliver, deliveryOf } from "./deliver";
import { queryOptions } from "./options";
import { type Job, Session } from "./query";

/** `sql "<text>"`, or `sql -` for standard input: any query, under the same guards as a report. */
export async function sql(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { given, positionals } = parse(args, queryOptions);
  const [asked, ...rest] = positionals;
  if (asked === undefined || rest.length > 0)
    throw new UsageError('sql takes one text in quotes, or "-" for standard input');
  const text = (asked === "-" ? await input(surroundings) : asked).trim().replace(/;$/, "");
  const delivery = deliveryOf(given, { name: "sql" }, surroundings);
  const job = jobOf(text);
  const session = await Session.open(given, surroundings);
  try {
    await session.run(job, (result) => deliver(delivery, given, result, surroundings));
    return 0;
  } catch (error) {
    if (isBrokenPipe(error)) return 0;
    throw error;
  } finally {
    await session.close();
  }
}

async function input({ stdin }: Surroundings): Promise<string> {
  if (!stdin) throw new UsageError("there is no standard input to read");
  return stdin();
}

const readOnly = new Set(["select", "with", "values", "table", "show", "describe", "desc", "explain"]);

function jobOf(text: string): Job {
  if (text === "") throw new UsageError("the query is empty");
  const [first = "", second] = wordsOf(text)
    .filter((word) => word !== "(")
    .map((word) => word.toLowerCase());
  if (!readOnly.has(first))
    throw new Refusal("refused: sql only reads (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN)");
  // SHOW and DESCRIBE are Hive's dialect, which the grammar does not know. They read no data.
  const scanned = first === "explain" ? second === "analyze" : !["show", "describe", "desc"].includes(first);
  const parsed = scanned ? parseTrino(text) : undefined;
  if (parsed && "problem" in parsed) {
    const { line, column, message } = parsed.problem;
    throw new UsageError(`line ${line}:${column}: ${message}`);
  }
  return {
    label: "sql",
    bound: { query: text, parameters: [] },
    scans: async (clients, database) => (parsed ? scansIn(clients, database, parsed.tree) : []),
    present: (result) => ({ title: "Query", description: "", ...result }),
  };
}

import { wordsOf } from "../../sql/library/tokens";
import { didYouMean } from "../../tools/kit/did-you-mean";
import { Refusal, UsageError } from "../../tools/kit/errors";
import { parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";
import { inferChart, noChart } from "../render/chart/infer";
import { deliver, destinationOf } from "../run/delivery";
import { type QueryOptions, queryOptions } from "../run/options";
import { type Job, Session } from "../run/session";
import { parseTrino } from "../sql/parse";
import { scansIn } from "../sql/scans";

/** `sql "<text>"`, or `sql -` for standard input: runs an ad-hoc query with the same guards as a report. */
export async function sql(args: readonly string[], context: Context): Promise<number> {
  const { values: options, positionals } = parseOptions(args, queryOptions);
  const [argument, ...rest] = positionals;
  if (argument === undefined || rest.length > 0)
    throw new UsageError('sql takes one query in quotes, or "-" for standard input');
  return runSql(argument === "-" ? ((await context.stdin?.()) ?? "") : argument, options, context);
}

export function runSql(text: string, options: QueryOptions, context: Context): Promise<number> {
  const destination = destinationOf(options, { name: "sql", hasChart: true }, context);
  const draws = options.chart || destination.format === "svg";
  const job: Job = {
    ...readQuery(text.trim().replace(/;$/, "")),
    label: "sql",
    present: (result) => {
      const chart = draws ? inferChart(result.columns) : undefined;
      return { title: "Query", description: "", ...(chart ? { chart } : { noChart }), ...result };
    },
    deliver: (input) => deliver(destination, options, input, context),
  };
  return Session.use(options, context, (session) => session.run(job));
}

const readingWords = ["SELECT", "WITH", "VALUES", "SHOW", "DESCRIBE", "EXPLAIN"];
const readOnly = new Set(["select", "with", "values", "table", "show", "describe", "desc", "explain"]);

export function readQuery(query: string): Pick<Job, "bound" | "scans"> {
  if (query === "") throw new UsageError("the query is empty");
  const [first = "", second] = wordsOf(query)
    .filter((word) => word !== "(")
    .map((word) => word.toLowerCase());
  if (!readOnly.has(first))
    throw new Refusal(
      `refused: sql only reads (${readingWords.join(", ")}), not ${first.toUpperCase()}${didYouMean(first, readingWords)}`,
    );
  const bound = { query, parameters: [] };
  // SHOW and DESCRIBE are Hive's dialect, which the grammar does not know. They read no data, nor does EXPLAIN.
  if (first === "explain" ? second !== "analyze" : ["show", "describe", "desc"].includes(first))
    return { bound, scans: async () => [] };
  const parsed = parseTrino(query);
  if ("problem" in parsed) {
    const { line, column, message } = parsed.problem;
    throw new UsageError(`line ${line}:${column}: ${message}`);
  }
  return { bound, scans: (clients, database) => scansIn(clients, database, parsed.tree) };
}

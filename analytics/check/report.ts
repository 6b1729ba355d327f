import { csvColumns, type FeedDefinition, rawColumns, viewColumns } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import { bind, placeInFile } from "../../sql/library/bind";
import { feedNamed, knownFeeds } from "../../sql/library/feeds";
import type { Report } from "../../sql/library/model";
import { readValue, type Value } from "../../sql/library/values";
import { readingsOf } from "../plan/readings";
import { unprunable } from "../sql/bounds";
import { columnsIn, type Reading, readingsIn } from "../sql/readings";
import { lineOf, parseTrino } from "../sql/tree";

/** What is wrong with a report that its header does not already forbid; lines like "sql/crypto/ohlc.sql:12: …". */
export function checkReport(report: Report): string[] {
  const { query } = bind(report, defaultsOf(report), feedsOf(report));
  const at = (line: number): string => placeInFile(report, line);
  const parsed = parseTrino(query);
  if ("problem" in parsed) return [`${at(parsed.problem.line)}: ${parsed.problem.message}`];
  const readings = readingsIn(parsed.tree);
  const problems = readings.flatMap((reading) => [
    ...checkColumns(reading).map(({ line, message }) => `${at(line)}: ${message}`),
    ...checkPruning(reading).map((message) => `${at(reading.line)}: ${message}`),
    ...unprunable(reading.block).map(({ line, message }) => `${at(line)}: ${message}`),
  ]);
  const [byGrammar, byTokens] = [readings.map(({ table }) => table).sort(), readingsOf(query).sort()];
  if (byGrammar.join() !== byTokens.join())
    problems.push(
      `${report.file}: it reads ${byGrammar.join(", ")}, but its estimate would count ${byTokens.join(", ")}`,
    );
  if (readings.length > 0 && !report.window)
    problems.push(`${report.file}: it reads tables, but has no "-- window: …"`);
  return [...new Set(problems)];
}

export const feedsOf = (report: Report): readonly FeedDefinition[] =>
  [feedNamed(report.feed)].flatMap((feed) => feed ?? knownFeeds());

export const defaultsOf = (report: Report, now = Date.now()): Map<string, Value> =>
  new Map(report.params.map((param) => [param.name, readValue(param, param.default, now)]));

/** Tables of the feeds with the columns they have. */
const tables = new Map<string, ReadonlySet<string>>(
  knownFeeds().flatMap((feed) => {
    const of = tablesOf(feed);
    const partitions = ["dt", "hour", "$path"];
    const entry = (name: string, columns: readonly { name: string }[]): [string, ReadonlySet<string>] => [
      name,
      new Set([...columns.map((column) => column.name), ...partitions]),
    ];
    return [
      entry(of.view, viewColumns(feed)),
      entry(of.csv, csvColumns(feed)),
      entry(of.raw, rawColumns(feed)),
      entry(
        of.quarantine,
        ["source", "column", "reason", "raw", "rawbase64"].map((name) => ({ name })),
      ),
    ];
  }),
);

/** Columns of a block that reads one table; blocks over several relations are left to EXPLAIN. */
function checkColumns({ table, block, alone, line }: Reading): { line: number; message: string }[] {
  const columns = tables.get(table);
  if (!columns) return [{ line, message: `it reads ${table}, which is no feed's table or view` }];
  if (!alone) return [];
  return [...columnsIn(block)]
    .filter(({ name }) => !columns.has(name))
    .map(({ node, name }) => ({ line: lineOf(node), message: `${table} has no column ${name}` }));
}

function checkPruning({ table, bounds }: Reading): string[] {
  const dt = bounds.get("dt");
  return dt ? [] : [`no predicate on dt bounds the partitions of ${table}`];
}

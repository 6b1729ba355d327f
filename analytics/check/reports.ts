import { csvColumns, type FeedDefinition, rawColumns, viewColumns } from "../../data/feeds";
import { historyColumns, runKeys } from "../../data/history/tables";
import { rawFormats, rawTable, tablesOf } from "../../data/names";
import { bind, placeInFile } from "../../sql/library/bind";
import { ReportFileError } from "../../sql/library/errors";
import { feedNamed, knownFeeds } from "../../sql/library/feeds";
import { loadReport, reportIds } from "../../sql/library/library";
import type { Report } from "../../sql/library/model";
import { defaultText, readValue, type Value } from "../../sql/library/values";
import { tablesRead } from "../plan/tables-read";
import { unprunable } from "../sql/bounds";
import { columnsIn, lineOf, parseTrino } from "../sql/parse";
import { type TableRead, tableReads } from "../sql/table-reads";
import { errorColumns, quarantineColumns } from "./lake";

/** Static checks of every saved report. Names must be unique, because a name alone selects a report. */
export function checkReports(folder?: string): { reports: readonly Report[]; problems: readonly string[] } {
  const reports: Report[] = [];
  const problems: string[] = [];
  for (const id of reportIds(folder)) {
    try {
      const report = loadReport(id, folder);
      const other = reports.find(({ name }) => name === report.name);
      if (other) problems.push(`${report.file}: ${other.file} has the same name`);
      reports.push(report);
      problems.push(...checkReport(report));
    } catch (error) {
      if (!(error instanceof ReportFileError)) throw error;
      problems.push(error.message);
    }
  }
  return { reports, problems };
}

/** Reports with more columns declare those that stay on a narrow terminal. */
const COLUMNS_WITHOUT_KEY = 3;

/** Static checks of a report's query. The problems are lines such as "sql/crypto/ohlc.sql:12: …". */
export function checkReport(report: Report): string[] {
  const { query } = bind(report, defaultsOf(report), feedsOf(report));
  const at = (line: number, message: string): string => `${placeInFile(report, line)}: ${message}`;
  const parsed = parseTrino(query);
  if ("problem" in parsed) return [at(parsed.problem.line, parsed.problem.message)];
  const reads = tableReads(parsed.tree);
  const problems = reads.flatMap((read) =>
    [...checkColumns(read), ...checkPruning(read)].map(({ line, message }) => at(line, message)),
  );
  const [byGrammar, byWords] = [reads.map(({ table }) => table).sort(), tablesRead(query).sort()];
  if (byGrammar.join() !== byWords.join())
    problems.push(
      `${report.file}: the query reads ${byGrammar.join(", ")}, but the estimate counts ${byWords.join(", ")}`,
    );
  if (reads.length > 0 && !report.window)
    problems.push(`${report.file}: the query reads tables, but the header has no "-- window: …"`);
  if (report.columns.length > COLUMNS_WITHOUT_KEY && report.keyColumns.length === 0)
    problems.push(
      `${report.file}: the header has no "-- key: …", the columns that stay on a narrow terminal`,
    );
  return [...new Set(problems)];
}

export const feedsOf = (report: Report): readonly FeedDefinition[] =>
  [feedNamed(report.feed)].flatMap((feed) => feed ?? knownFeeds());

export const defaultsOf = (report: Report, now = Date.now()): Map<string, Value> =>
  new Map(
    report.params.map((param) => [param.name, readValue(param, defaultText(param, feedsOf(report)), now)]),
  );

/** Columns of the feeds' tables and views. */
const columnsOfTables = new Map<string, ReadonlySet<string>>(
  knownFeeds().flatMap((feed) => {
    const { view, csv, history, runs, raw, quarantine, errors } = tablesOf(feed);
    const entry = (table: string, columns: readonly { name: string }[]): [string, ReadonlySet<string>] => [
      table,
      new Set([...columns.map(({ name }) => name), "dt", "hour", "$path"]),
    ];
    return [
      entry(view, viewColumns(feed)),
      entry(csv, csvColumns(feed)),
      entry(history, historyColumns(feed)),
      entry(runs, [...historyColumns(feed), ...runKeys]),
      ...[raw, ...rawFormats.map((format) => rawTable(feed.name, format))].map((table) =>
        entry(table, rawColumns(feed)),
      ),
      entry(quarantine, quarantineColumns),
      entry(errors, errorColumns),
    ];
  }),
);

interface QueryProblem {
  readonly line: number;
  readonly message: string;
}

/** Checks the columns of blocks that read one table. EXPLAIN checks the others. */
function checkColumns({ table, block, onlySource, line }: TableRead): QueryProblem[] {
  const columns = columnsOfTables.get(table);
  if (!columns) return [{ line, message: `${table} is not a table or view of a feed` }];
  if (!onlySource) return [];
  return [...columnsIn(block)]
    .filter(({ name }) => !columns.has(name))
    .map(({ node, name }) => ({ line: lineOf(node), message: `${table} has no column ${name}` }));
}

function checkPruning({ table, bounds, block, line }: TableRead): QueryProblem[] {
  const unbounded = { line, message: `no predicate on dt bounds the partitions of ${table}` };
  return [...(bounds.has("dt") ? [] : [unbounded]), ...unprunable(block)];
}

import type { FeedDefinition } from "../../data/feeds";
import { bind } from "../../sql/library/bind";
import { eachFeed, knownFeeds } from "../../sql/library/feeds";
import { loadReport, reportIds } from "../../sql/library/library";
import type { Parameter, Report } from "../../sql/library/model";
import { durationSeconds } from "../../sql/library/times";
import { fillQuestionMarks } from "../../sql/library/tokens";
import { defaultText, propertiesOf, readValue, type Value } from "../../sql/library/values";
import type { Placed } from "../../sql/library/where";

/** A saved report as a named query and a prepared statement of Athena. */
export interface SavedReport {
  readonly name: string;
  readonly description: string;
  /** Runs without parameters: it has their defaults, and times relative to when it runs. */
  readonly text: string;
  /**
   * For EXECUTE … USING. A parameter is a question mark if all its uses are in WHERE clauses, else it has its default.
   * Undefined when no parameter is left.
   */
  readonly statement:
    | { readonly name: string; readonly description: string; readonly text: string }
    | undefined;
}

/** The reports of these feeds, and those over each feed, in path order. */
export const savedReports = (feeds: readonly string[], pollSeconds?: number): readonly SavedReport[] =>
  reportIds()
    .map((id) => loadReport(id))
    .filter(({ feed }) => feed === eachFeed || feeds.includes(feed))
    .map((report) => savedReport(report, feeds, pollSeconds));

export function savedReport(report: Report, feeds: readonly string[], pollSeconds?: number): SavedReport {
  const read = knownFeeds()
    .filter(({ name }) => feeds.includes(name))
    .map((feed) => (feed.polled && pollSeconds ? { ...feed, cadenceSeconds: pollSeconds } : feed));
  const bound = (value: (param: Parameter) => Value) =>
    bind(report, new Map(report.params.map((param) => [param.name, value(param)])), read);
  const defaults = (param: Parameter) => defaultOf(param, read);
  const { query, parameters } = bound(defaults);
  return {
    name: report.name,
    description: report.description.slice(0, MAX_DESCRIPTION),
    text: fillQuestionMarks(query, parameters),
    statement: preparedStatement(report, bound, defaults),
  };
}

function preparedStatement(
  report: Report,
  bound: (value: (param: Parameter) => Value) => Placed,
  defaults: (param: Parameter) => Value,
) {
  const fixed = new Set(bound(nameOf).inlined.map((literal) => literal.split(".")[0]));
  const open = report.params.filter(({ name }) => !fixed.has(name));
  const names = new Set(open.flatMap((param) => Object.values(nameOf(param).literals)));
  const { query, parameters } = bound((param) => (fixed.has(param.name) ? defaults(param) : nameOf(param)));
  const using = parameters.filter((literal) => names.has(literal));
  if (using.length === 0) return undefined;
  const hint =
    using.length > MAX_DIALOG_VALUES ? ` (more than the ${MAX_DIALOG_VALUES} of the console's dialog)` : "";
  return {
    // Names of prepared statements allow no hyphens.
    name: report.name.replaceAll("-", "_"),
    description: `${report.title}${hint}. USING ${using.join(", ")}`.slice(0, MAX_DESCRIPTION),
    text: fillQuestionMarks(
      query,
      parameters.map((literal) => (names.has(literal) ? "?" : literal)),
    ),
  };
}

/**
 * "Queries with execution parameters in the Athena console are limited to a maximum of 25 question marks" (user guide, "Use
 * parameterized queries"). The API has no such limit: ExecutionParameters has "Minimum number of 1 item" and no maximum
 * (API reference, "QueryExecution"), and a prepared statement's limit is its text's length.
 */
const MAX_DIALOG_VALUES = 25;

/** The longest description that Athena accepts. */
const MAX_DESCRIPTION = 1024;

/** A parameter's name in place of its value, to describe the question marks in order. */
const nameOf = ({ name, type }: Parameter): Value => ({
  shown: name,
  literals: Object.fromEntries(
    propertiesOf(type).map((property) => [property, property === "" ? name : `${name}.${property}`]),
  ),
});

/** A default as SQL. The text must be the same every day, so relative times are SQL expressions. */
function defaultOf(param: Parameter, feeds: readonly FeedDefinition[]): Value {
  const text = defaultText(param, feeds);
  const age = text === "now" ? 0 : durationSeconds(text);
  if (param.type !== "time" || age === undefined) return readValue(param, text, 0);
  const now = "CAST(current_timestamp AS timestamp(3))";
  const instant = age === 0 ? now : `${now} - INTERVAL '${age}' SECOND`;
  return {
    shown: text,
    literals: {
      "": `(${instant})`,
      dt: `date_format(${instant}, '%Y-%m-%d')`,
      hour: `date_format(${instant}, '%H')`,
    },
  };
}

import { bind } from "../sql/library/bind";
import { eachFeed, knownFeeds } from "../sql/library/feeds";
import { loadReport, reportIds } from "../sql/library/library";
import type { Parameter, Report } from "../sql/library/model";
import { durationSeconds } from "../sql/library/times";
import { fillQuestionMarks } from "../sql/library/tokens";
import { propertiesOf, readValue, type Value } from "../sql/library/values";

/** A saved report as a named query and a prepared statement of Athena. */
export interface SavedReport {
  readonly name: string;
  readonly description: string;
  /** Runs without parameters: it has their defaults, and times relative to when it runs. */
  readonly text: string;
  /** For EXECUTE … USING, with a question mark for each use of a parameter. */
  readonly statement: { readonly name: string; readonly description: string; readonly text: string };
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
  const { query, parameters } = bound(defaultOf);
  const order = bound(nameOf).parameters;
  return {
    name: report.name,
    description: report.description.slice(0, MAX_DESCRIPTION),
    text: fillQuestionMarks(query, parameters),
    statement: {
      // Names of prepared statements allow no hyphens.
      name: report.name.replaceAll("-", "_"),
      description: `${report.title}. USING ${order.join(", ")}`.slice(0, MAX_DESCRIPTION),
      text: query,
    },
  };
}

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
function defaultOf(param: Parameter): Value {
  const age = param.default === "now" ? 0 : durationSeconds(param.default);
  if (param.type !== "time" || age === undefined) return readValue(param, param.default, 0);
  const now = "CAST(current_timestamp AS timestamp(3))";
  const instant = age === 0 ? now : `${now} - INTERVAL '${age}' SECOND`;
  return {
    shown: param.default,
    literals: {
      "": `(${instant})`,
      dt: `date_format(${instant}, '%Y-%m-%d')`,
      hour: `date_format(${instant}, '%H')`,
    },
  };
}

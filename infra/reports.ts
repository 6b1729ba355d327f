import { bind } from "../sql/library/bind";
import { eachFeed, knownFeeds } from "../sql/library/feeds";
import { loadReport, reportIds } from "../sql/library/library";
import type { Parameter, Report } from "../sql/library/model";
import { durationSeconds } from "../sql/library/times";
import { fillQuestionMarks } from "../sql/library/tokens";
import { propertiesOf, readValue, type Value } from "../sql/library/values";

/** A saved report as Athena keeps it. */
export interface SavedReport {
  readonly name: string;
  readonly description: string;
  /** Runs as it is: with every parameter's default, and times counted from when it runs. */
  readonly text: string;
  /** For EXECUTE … USING: a question mark for each use of a parameter. */
  readonly statement: { readonly name: string; readonly description: string; readonly text: string };
}

/** The reports of these feeds, and those that read each feed, in path order. */
export const savedReports = (feeds: readonly string[]): readonly SavedReport[] =>
  reportIds()
    .map((id) => loadReport(id))
    .filter(({ feed }) => feed === eachFeed || feeds.includes(feed))
    .map((report) => savedReport(report, feeds));

export function savedReport(report: Report, feeds: readonly string[]): SavedReport {
  const read = knownFeeds().filter(({ name }) => feeds.includes(name));
  const bound = (value: (param: Parameter) => Value) =>
    bind(report, new Map(report.params.map((param) => [param.name, value(param)])), read);
  const { query, parameters } = bound(defaultOf);
  const order = bound(nameOf).parameters;
  return {
    name: report.name,
    description: report.description.slice(0, LONGEST),
    text: fillQuestionMarks(query, parameters),
    statement: {
      // Athena takes no hyphens here.
      name: report.name.replaceAll("-", "_"),
      description: `${report.title}. USING ${order.join(", ")}`.slice(0, LONGEST),
      text: query,
    },
  };
}

/** Athena's longest description. */
const LONGEST = 1024;

/** A parameter by its own name, to say what each question mark is. */
const nameOf = ({ name, type }: Parameter): Value => ({
  shown: name,
  literals: Object.fromEntries(
    propertiesOf(type).map((property) => [property, property === "" ? name : `${name}.${property}`]),
  ),
});

/** A default as SQL. The text must be the same on every day: ages are left to the query to count back. */
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

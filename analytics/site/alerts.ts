import { conditionText, evaluate } from "../../sql/library/site/condition";
import type { RenderColumn } from "../render/model";
import { forPeople } from "../render/numbers";
import { fileOf, linksOf } from "./files";
import { isResult, type Outcome, type PageResult, type SiteAlert } from "./model";

/** Alerts that the site keeps. */
const MOST_ALERTS = 200;
const MOST_ROWS = 5;
const MOST_CELLS = 3;
const DAY_SECONDS = 86_400;

/** The key of the bucket's object with the alerts of earlier publications. It is outside site/, and so not published. */
export const ALERTS_KEY = "publishing/alerts.json";

/** The rows that meet a page's condition in words; undefined when it does not hold. */
export function matchText({ page: { report, when }, columns, rows }: PageResult): string | undefined {
  if (!when) return undefined;
  const { holds, rows: matching } = evaluate(when, columns, rows);
  if (!holds) return undefined;
  const keys = report.keyColumns.slice(0, MOST_CELLS);
  const shown = columns.filter(
    ({ name }) => keys.includes(name) || ("column" in when && name === when.column),
  );
  const lines = matching.slice(0, MOST_ROWS).map((row) =>
    shown
      .map((column) => cellText(column, row[columns.indexOf(column)] ?? null))
      .filter(Boolean)
      .join(" "),
  );
  const more = matching.length - lines.length;
  const list = lines.filter(Boolean).join("; ");
  return `${conditionText(when)}${list ? `: ${list}` : ""}${more > 0 ? ` and ${more} more` : ""}`;
}

const cellText = (column: RenderColumn, cell: string | null): string => {
  const text = forPeople(column, cell);
  return text && column.unit ? `${text} ${column.unit}` : text;
};

/** An alert for each page whose condition holds: one for each of its periods, however often it is published in it. */
export function conditionAlerts(outcomes: readonly Outcome[], publishedAt: number): SiteAlert[] {
  return outcomes.filter(isResult).flatMap((result) => {
    const text = matchText(result);
    if (text === undefined) return [];
    const { page } = result;
    const period = 1000 * (page.deliver?.everySeconds ?? DAY_SECONDS);
    return {
      id: `report/${page.path}/${new Date(Math.floor(publishedAt / period) * period).toISOString()}`,
      title: page.title,
      text,
      severity: "report",
      time: new Date(publishedAt).toISOString(),
      file: fileOf(page),
    };
  });
}

const isText = (value: unknown): value is string => typeof value === "string";

/** An alert of the rules as evaluate-rules publishes it to SNS; undefined for any other message on the topic. */
export function ruleAlert(message: unknown, outcomes: readonly Outcome[]): SiteAlert | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { id, rule, severity, subject, eventTime, message: text } = message as Record<string, unknown>;
  if (![id, rule, severity, subject, eventTime, text].every(isText)) return undefined;
  const time = Date.parse(String(eventTime));
  if (Number.isNaN(time)) return undefined;
  const file = [...linksOf(outcomes).values()].flatMap((files) => files.get(String(subject)) ?? [])[0];
  return {
    id: `rule/${id}`,
    title: `${rule}: ${subject}`,
    text: String(text),
    severity: String(severity),
    time: new Date(time).toISOString(),
    ...(file !== undefined && { file }),
  };
}

/** Earlier and new alerts, the newest first. The first alert with an id stays. */
export function mergeAlerts(earlier: readonly SiteAlert[], added: readonly SiteAlert[]): SiteAlert[] {
  const byId = new Map([...added, ...earlier].map((alert) => [alert.id, alert]));
  return [...byId.values()]
    .sort((a, b) => (a.time === b.time ? (a.id < b.id ? -1 : 1) : a.time < b.time ? 1 : -1))
    .slice(0, MOST_ALERTS);
}

/** Alerts of the bucket's object. Entries that are not alerts are left out. */
export function readAlerts(text: string): SiteAlert[] {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) return [];
  return entries.filter((entry: unknown): entry is SiteAlert => {
    const { id, title, text: words, severity, time, file } = (entry ?? {}) as Record<string, unknown>;
    return (
      [id, title, words, severity, time].every(isText) &&
      (file === undefined || (isText(file) && /^[a-z0-9-]+(\/[a-z0-9-]+)?\.html$/.test(file))) &&
      !Number.isNaN(Date.parse(String(time)))
    );
  });
}

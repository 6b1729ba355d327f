import type { Window } from "./model";

/** Conditions of `{window}`: rows by event time. `{window.hours}` reads whole hours, `{window.days}` whole days. */
const conditions = ({ from, to }: Window): readonly string[] => [
  `dt BETWEEN :${from}.dt AND :${to}.dt`,
  `(dt > :${from}.dt OR hour >= :${from}.hour)`,
  `(dt < :${to}.dt OR hour <= :${to}.hour)`,
  `{feed.time} >= :${from}`,
  `{feed.time} < :${to}`,
];

/** How many of the conditions each property takes. */
export const windowProperties: Readonly<Record<string, number>> = { "": 5, hours: 3, days: 1 };

/** The predicate of a placeholder at an offset of the query, a condition a line. */
export function windowPredicate(window: Window, property: string, sql: string, at: number): string {
  const line = sql.slice(sql.lastIndexOf("\n", at) + 1, at);
  const indent = /^ */.exec(line)?.[0] ?? "";
  return conditions(window).slice(0, windowProperties[property]).join(`\n${indent}  AND `);
}

import type { Outcome } from "./run";

const kinds = ["function", "operator", "cast", "form", "documentation", "query"] as const;
const titles: Readonly<Record<string, string>> = {
  function: "Calls of every function, by its signatures",
  operator: "Arithmetic and comparisons",
  cast: "CAST and TRY_CAST",
  form: "CASE, IN, LIKE, subscripts, EXTRACT, format, JSON and other forms",
  documentation: "After the examples of Trino's documentation",
  query: "Whole queries: joins, groups, windows, sets, UNNEST, LATERAL, WITH",
};

export const count = (outcomes: readonly Outcome[], verdict: Outcome["verdict"]): number =>
  outcomes.filter((one) => one.verdict === verdict).length;

const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

/** The figures as a Markdown table. */
export function figures(outcomes: readonly Outcome[]): string {
  const row = (title: string, some: readonly Outcome[]) =>
    `| ${title} | ${some.length} | ${count(some, "right")} | ${count(some, "refused")} (${percent(count(some, "refused"), some.length)}) | ${count(some, "wrong")} |`;
  return [
    "| Cases | Number | Right | Refused | Wrong |",
    "|---|---:|---:|---:|---:|",
    ...kinds.map((kind) =>
      row(
        titles[kind] ?? kind,
        outcomes.filter(({ test }) => test.kind === kind),
      ),
    ),
    row("**All**", outcomes),
  ].join("\n");
}

/** The figures, what is refused, and every wrong answer. */
export function report(outcomes: readonly Outcome[]): string {
  const wrong = outcomes.filter(({ verdict }) => verdict === "wrong");
  return [
    figures(outcomes),
    "",
    "Refused, by reason:",
    "",
    ...reasons(outcomes).map(([reason, number]) => `- ${number} × ${reason}`),
    "",
    wrong.length === 0 ? "No wrong answer is known." : "Wrong:",
    "",
    ...wrong.map(
      ({ test, reason }) => `- \`${test.sql.replaceAll("\n", " ").slice(-200)}\`: ${reason ?? ""}`,
    ),
  ]
    .join("\n")
    .trimEnd();
}

/** The refusals by what is not supported, most frequent first. */
function reasons(outcomes: readonly Outcome[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { verdict, reason = "" } of outcomes) {
    if (verdict !== "refused") continue;
    const name = construct(reason);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** The construct that a refusal names, without the values of one query. */
export const construct = (reason: string): string =>
  reason
    .replace(/ is not supported by the embedded cloud$/, "")
    .replaceAll(/'[^']*'/g, "'…'")
    .replaceAll(/(?<= pattern ).*?(?= on this text|, which|$)/g, "…")
    .slice(0, 100);

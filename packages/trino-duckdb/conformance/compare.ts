import type { Answer, RecordedCase } from "./recorded";

export type Actual =
  | { readonly types: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly error: string; readonly detail: string };

export type Verdict = "right" | "refused" | "wrong";

export interface Result {
  readonly verdict: Verdict;
  /** Why it is refused, or what differs. */
  readonly reason?: string;
}

/** Compares an answer with Trino's. A refusal names what is not supported. */
export function judge({ sql, answer }: RecordedCase, actual: Actual): Result {
  if ("error" in actual) {
    if (actual.error === "NOT_SUPPORTED" && !("error" in answer && answer.error === "NOT_SUPPORTED"))
      return { verdict: "refused", reason: actual.detail };
    if ("error" in answer && actual.error !== "GENERIC_INTERNAL_ERROR") return { verdict: "right" };
    return { verdict: "wrong", reason: `fails with ${actual.error}: ${actual.detail}` };
  }
  if ("error" in answer) return { verdict: "wrong", reason: `does not fail with ${answer.error}` };
  if (!sameRows(answer, actual, sql)) return { verdict: "wrong", reason: "other rows" };
  const [expected, given] = [answer.types.map(plainType), actual.types.map(plainType)];
  if (expected.join() !== given.join())
    return { verdict: "wrong", reason: `type ${given.join()} instead of ${expected.join()}` };
  return { verdict: "right" };
}

/** Types without quotes around names, and without the lengths of texts. */
const plainType = (type: string): string => type.replaceAll('"', "").replaceAll(/varchar\(\d+\)/g, "varchar");

type Rows = Exclude<Answer, { readonly error: string }>;

function sameRows(expected: Rows, actual: Rows, sql: string): boolean {
  if (expected.rows.length !== actual.rows.length) return false;
  const keys = ({ rows }: Rows) => {
    const texts = rows.map((row) =>
      row.map((cell, i) => tiesSorted(normal(cell, expected.types[i] ?? ""), expected.types[i] ?? "", sql)),
    );
    return isOrdered(sql) ? texts : texts.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  };
  const [a, b] = [keys(expected), keys(actual)];
  return a.every((row, i) =>
    row.every((cell, j) => sameCell(cell, b[i]?.[j] ?? null, expected.types[j] ?? "")),
  );
}

/** Whether the whole query has an ORDER BY: no parenthesis that was opened before it closes after it. */
const isOrdered = (sql: string): boolean => / ORDER BY (?:[^()]|\w+\([^()]*\))*$/.test(sql);

/** The entries of maps have no order. */
function normal(cell: string | null, type: string): string | null {
  return cell !== null && type.includes("map(") ? sortEntries(cell) : cell;
}

/** The order of equal keys is not defined for min_by(x, y, n) and max_by(x, y, n). */
const tiesSorted = (cell: string | null, type: string, sql: string): string | null =>
  cell !== null && type.startsWith("array") && /\b(?:min|max)_by\(/.test(sql)
    ? splitTop(cell.slice(1, -1)).sort().join(", ")
    : cell;

function sortEntries(text: string): string {
  let [sorted, from] = ["", 0];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "{") continue;
    const end = closing(text, at);
    if (end < 0) break;
    const entries = splitTop(text.slice(at + 1, end))
      .map(sortEntries)
      .sort();
    sorted += `${text.slice(from, at)}{${entries.join(", ")}}`;
    [from, at] = [end + 1, end];
  }
  return sorted + text.slice(from);
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if ("{[".includes(text[at] ?? "")) depth++;
    if ("}]".includes(text[at] ?? "") && --depth === 0) return at;
  }
  return -1;
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    if ("{[".includes(text[at] ?? "")) depth++;
    if ("}]".includes(text[at] ?? "")) depth--;
    if (depth === 0 && text.startsWith(", ", at)) {
      parts.push(text.slice(start, at));
      start = at + 2;
    }
  }
  return [...parts, text.slice(start)];
}

/** Java's functions of doubles and C's may differ in the last digits. */
const TOLERANCE = 1e-12;
/** What is left where values cancel out. */
const ROUNDING = 1e-15;
const REAL_TOLERANCE = 1e-6;

function sameCell(a: string | null, b: string | null, type: string): boolean {
  if (a === b) return true;
  if (a === null || b === null || !/double|real/.test(type)) return false;
  const number = /-?\d+\.\d+(?:E-?\d+)?/g;
  if (a.replaceAll(number, "#") !== b.replaceAll(number, "#")) return false;
  const [xs, ys] = [a.match(number) ?? [], b.match(number) ?? []];
  const most = type.includes("real") ? REAL_TOLERANCE : TOLERANCE;
  return xs.every((x, i) => {
    const [p, q] = [Number(x), Number(ys[i])];
    return Math.abs(p - q) <= Math.max(most * Math.max(Math.abs(p), Math.abs(q)), ROUNDING);
  });
}

/** Words that the editor completes besides tables and columns. */
const KEYWORDS =
  "SELECT FROM WHERE GROUP BY ORDER LIMIT HAVING JOIN LEFT INNER ON USING WITH AS AND OR NOT IN BETWEEN LIKE IS NULL DISTINCT UNION ALL CASE WHEN THEN ELSE END CAST DESC ASC OVER PARTITION count sum avg min max approx_distinct date_trunc date_diff from_iso8601_timestamp current_timestamp interval coalesce round max_by min_by lag lead row_number json_extract_scalar".split(
    " ",
  );

export interface Suggestion {
  readonly text: string;
  readonly kind: "table" | "column" | "word";
}

export interface Catalogue {
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

const MOST = 8;

/** The word before the caret. After a dot it may be a column of the table before the dot. */
export function wordAt(text: string, caret: number): { readonly word: string; readonly start: number } {
  const word = /[\w$]*$/.exec(text.slice(0, caret))?.[0] ?? "";
  return { word, start: caret - word.length };
}

/** What may follow at the caret: columns of the tables in the statement first, then tables, then words of SQL. */
export function suggestionsAt(text: string, caret: number, { tables }: Catalogue): Suggestion[] {
  const { word, start } = wordAt(text, caret);
  const qualifier = /([\w$]+)\.$/.exec(text.slice(0, start))?.[1]?.toLowerCase();
  if (word === "" && qualifier === undefined) return [];
  const lower = text.toLowerCase();
  const mentioned = tables.filter(({ name }) =>
    new RegExp(`\\b${escapeRegExp(name.toLowerCase())}\\b`).test(lower),
  );
  const qualified = tables.filter(({ name }) => name.toLowerCase() === qualifier);
  const of = (qualified.length > 0 ? qualified : mentioned).flatMap(({ columns }) => columns);
  const candidates: Suggestion[] = [
    ...[...new Set(of)].map((name) => ({ text: name, kind: "column" as const })),
    ...(qualifier === undefined || qualified.length === 0
      ? tables.map(({ name }) => ({ text: name, kind: "table" as const }))
      : []),
    ...(qualifier === undefined ? KEYWORDS.map((name) => ({ text: name, kind: "word" as const })) : []),
  ];
  const begins = (name: string): boolean =>
    name.toLowerCase().startsWith(word.toLowerCase()) && name.toLowerCase() !== word.toLowerCase();
  return candidates.filter((candidate) => begins(candidate.text)).slice(0, MOST);
}

const escapeRegExp = (text: string): string => text.replace(/[$]/g, "\\$&");

/** Athena's price per terabyte scanned, with at least 10 MB a query, in us-east-1. */
const DOLLARS_PER_TB = 5;
const LEAST_BYTES = 10 * 1024 * 1024;

export const costOf = (scanned: number): number =>
  scanned === 0 ? 0 : (Math.max(scanned, LEAST_BYTES) / 1024 ** 4) * DOLLARS_PER_TB;

export const dollars = (amount: number): string =>
  amount === 0 ? "$0" : amount < 0.01 ? `$${amount.toFixed(6)}` : `$${amount.toFixed(2)}`;

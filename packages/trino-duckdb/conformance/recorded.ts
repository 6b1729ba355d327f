import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** Trino's answer: types and rows with the texts of Athena's results, or the name of the error. */
export type Answer =
  | { readonly types: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly error: string };

export interface RecordedCase {
  readonly kind: string;
  readonly sql: string;
  readonly answer: Answer;
}

const FILE = join(__dirname, "recorded.jsonl.gz");

export const readRecorded = (): RecordedCase[] =>
  existsSync(FILE)
    ? gunzipSync(readFileSync(FILE))
        .toString("utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as RecordedCase)
    : [];

/**
 * Trino's internal errors and exceptions, what its grammar refuses, and percentiles that it computes from doubles of
 * whole numbers beyond 53 bits, are no reference.
 */
export const isReference = ({ sql, answer }: RecordedCase): boolean =>
  "error" in answer
    ? !["GENERIC_INTERNAL_ERROR", "SYNTAX_ERROR"].includes(answer.error) && !answer.error.startsWith("java.")
    : !/approx_percentile\(.*9223372036854775/.test(sql);

export const writeRecorded = (cases: readonly RecordedCase[]): void =>
  writeFileSync(FILE, gzipSync(`${cases.map((one) => JSON.stringify(one)).join("\n")}\n`, { level: 9 }));

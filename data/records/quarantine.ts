import { isUtf8 } from "node:buffer";

/** A quarantined line: enough to find the cause and to send it again. */
export interface Quarantined {
  /** The record it came from. */
  readonly source: string;
  readonly column: string | null;
  readonly reason: string;
  /** The line as it arrived. Never re-encoded: parsing and writing JSON changes numbers above 2^53. */
  readonly raw: string | null;
  /** The bytes when they are not UTF-8 text. */
  readonly rawBase64?: string;
  /** When the record arrived, which is the event time of a line without one. */
  readonly arrival?: string;
  /** Set for a field that no column knows: the rows that had it are stored, without the field. */
  readonly rows?: number;
}

export const refusedText = (
  source: string,
  raw: string,
  refusal: { readonly column: string | null; readonly reason: string },
): Quarantined => ({ source, column: refusal.column, reason: refusal.reason, raw });

export const refusedBytes = (source: string, raw: Uint8Array, reason: string): Quarantined =>
  isUtf8(raw)
    ? { source, column: null, reason, raw: Buffer.from(raw).toString("utf8") }
    : { source, column: null, reason, raw: null, rawBase64: Buffer.from(raw).toString("base64") };

export const UNKNOWN_FIELD = "unknown field, not stored";

/** Counts fields that no column knows and keeps the first line of each as an example. */
export class UnknownFields {
  readonly #seen = new Map<string, { readonly source: string; readonly raw: string; rows: number }>();

  add(names: readonly string[], source: string, raw: string): void {
    for (const name of names) {
      const seen = this.#seen.get(name);
      if (seen) seen.rows++;
      else if (this.#seen.size < MOST_NAMES) this.#seen.set(name, { source, raw, rows: 1 });
    }
  }

  /** Rows by name of the field. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#seen].map(([name, { rows }]) => [name, rows]));
  }

  /** One entry per name, for the quarantine report. */
  entries(): Quarantined[] {
    return [...this.#seen].map(([column, { source, raw, rows }]) => ({
      source,
      column,
      reason: UNKNOWN_FIELD,
      raw,
      rows,
    }));
  }
}

/** "venue (3 rows), note (1 row)"; the empty text when there is none. */
export const describeUnknownFields = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, rows]) => `${name} (${rows} row${rows === 1 ? "" : "s"})`)
    .join(", ");

/** Names kept per batch: a producer that makes up field names must not fill the memory. */
const MOST_NAMES = 100;

/** The quarantine object's body: JSON lines. */
export const quarantineBody = (rows: readonly Quarantined[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export interface QuarantinedLine {
  readonly bytes: Uint8Array;
  /** Undefined in entries of versions before 0.2. */
  readonly arrival: string | undefined;
}

/** A quarantined line, from its entry in a quarantine object; undefined for a field's entry. */
export function quarantinedLine(entry: string): QuarantinedLine | undefined {
  const { raw, rawBase64, rows, arrival } = JSON.parse(entry) as Partial<Omit<Quarantined, "raw">> & {
    raw?: unknown;
  };
  if (rows !== undefined) return undefined;
  if (rawBase64 !== undefined) return { bytes: Buffer.from(rawBase64, "base64"), arrival };
  // Before 0.2 a parsed object was written here.
  return { bytes: Buffer.from(typeof raw === "string" ? raw : JSON.stringify(raw ?? null)), arrival };
}

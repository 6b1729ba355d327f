import { isUtf8 } from "node:buffer";
import type { Refusal } from "../feeds";

/** A quarantined line: enough to find the cause and to send it again. */
export interface Quarantined {
  readonly source: string;
  readonly column: string | null;
  readonly reason: string;
  /** The refused value, unchanged. */
  readonly raw: unknown;
  /** The bytes when they are not UTF-8 text. */
  readonly rawBase64?: string;
}

export const refusedRow = (source: string, refusal: Refusal, row: unknown): Quarantined => ({
  source,
  column: refusal.column,
  reason: refusal.reason,
  raw: row,
});

export const refusedBytes = (source: string, raw: Uint8Array, reason: string): Quarantined =>
  isUtf8(raw)
    ? { source, column: null, reason, raw: Buffer.from(raw).toString("utf8") }
    : { source, column: null, reason, raw: null, rawBase64: Buffer.from(raw).toString("base64") };

export const quarantineBody = (rows: readonly Quarantined[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

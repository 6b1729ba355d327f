import type { Taken } from "../../../pipeline";
import { after, type Position } from "../position";
import type { Page } from "../reading";

/** The last record of a shard that was taken. */
export interface Checkpoint {
  readonly sequence: string;
  /** Taken items of the record, when it was not taken whole; else 0. */
  readonly items: number;
}

/** A checkpoint in the table: "<sequence number>", or "<sequence number>.<items>" within a packed record. */
export function readCheckpoint(text: string): Checkpoint {
  const [sequence = "", items = "0"] = text.split(".");
  return { sequence, items: Number(items) };
}

/** A record that was not taken whole is read again. */
export const positionOf = ({ sequence, items }: Checkpoint): Position =>
  items > 0 ? { type: "AT_SEQUENCE_NUMBER", sequence } : after(sequence);

/** The checkpoint after a page, of which the first items of the record `begun` had been taken before. */
export function checkpointAfter(
  { Records = [] }: Page,
  { records, items }: Taken,
  begun: Checkpoint | undefined,
): string | undefined {
  const next = Records[records]?.SequenceNumber;
  if (items === 0 || next === undefined) return Records[records - 1]?.SequenceNumber;
  return `${next}.${items + (next === begun?.sequence ? begun.items : 0)}`;
}

import type { Shard } from "./model";

/**
 * Sequence numbers have 56 decimal digits and begin with 49, as in AWS. They consist of the shard's creation time, its
 * index and the record's position. So they increase within a shard and from parent to child, and compare as text.
 */

const POSITION_DIGITS = 32;

export const sequencePrefix = ({ born, index }: Pick<Shard, "born" | "index">): string =>
  `496${String(born).padStart(13, "0")}${String(index).padStart(8, "0")}`;

export const sequenceAt = (prefix: string, position: number): string =>
  prefix + String(position).padStart(POSITION_DIGITS, "0");

/** The position of a sequence number in its shard; undefined when it belongs to another shard. */
export function positionIn(prefix: string, sequence: string): number | undefined {
  if (sequence.length !== prefix.length + POSITION_DIGITS || !sequence.startsWith(prefix)) return undefined;
  const position = Number(sequence.slice(prefix.length));
  return Number.isSafeInteger(position) ? position : undefined;
}

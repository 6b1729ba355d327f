/**
 * Sequence numbers: 56 decimal digits beginning with 49, as AWS's do. They hold the shard's birth, its number and the
 * record's position in it, so they grow within a shard, those of a child shard are above its parents', and two of
 * the same length compare as text.
 */
export interface ShardKey {
  /** Milliseconds since the epoch; unique among related shards. */
  readonly born: number;
  readonly index: number;
}

const POSITION_DIGITS = 32;

export const sequencePrefix = ({ born, index }: ShardKey): string =>
  `496${String(born).padStart(13, "0")}${String(index).padStart(8, "0")}`;

export const sequenceAt = (prefix: string, position: number): string =>
  prefix + String(position).padStart(POSITION_DIGITS, "0");

/** The position a sequence number means in the shard; undefined when it is not from there. */
export function positionIn(prefix: string, sequence: string): number | undefined {
  if (sequence.length !== prefix.length + POSITION_DIGITS || !sequence.startsWith(prefix)) return undefined;
  const position = Number(sequence.slice(prefix.length));
  return Number.isSafeInteger(position) ? position : undefined;
}

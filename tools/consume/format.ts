import type { Event } from "./rows";

export const formats = ["text", "json"] as const;
export type Format = (typeof formats)[number];

/** One event as a line. */
export const lineOf: Readonly<Record<Format, (event: Event) => string>> = {
  /** For people: when it arrived, in which shard, and what it is. */
  text: ({ arrival, shardId, value }) => `${arrival} ${shardId} ${printable(value)}\n`,
  /** For machines: what it is, as JSON. */
  json: ({ value }) => `${JSON.stringify(value)}\n`,
};

/** JSON escapes what could move a cursor, but for the codes above those of ASCII. */
const printable = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
};

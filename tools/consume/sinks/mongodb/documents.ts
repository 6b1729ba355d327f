import type { FeedDefinition, Row } from "../../../../data/feeds";
import { naturalKeyOf } from "../../../../data/feeds";

export type Document = { readonly _id: string } & Readonly<Record<string, unknown>>;

/** A row as a document: keyed by the natural key, timestamps as dates, and what the saved queries group by. */
export function documentOf(feed: FeedDefinition, row: Row): Document {
  const fields = Object.entries(row).map(([name, value]) => [
    name,
    feed.columns[name]?.type === "timestamp" && typeof value === "string" ? new Date(value) : value,
  ]);
  return { _id: naturalKeyOf(feed, row), ...Object.fromEntries(fields), ...derived(feed, row) };
}

/** The hour of the event, and the hashtags of a text in lower case, each once. */
function derived(feed: FeedDefinition, row: Row): Readonly<Record<string, unknown>> {
  const at = Date.parse(String(row[feed.eventTime]));
  const hour = new Date(Math.floor(at / HOUR_MS) * HOUR_MS);
  return typeof row.text === "string" ? { hour, hashtags: hashtagsOf(row.text) } : { hour };
}

const HOUR_MS = 3_600_000;

const hashtagsOf = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/(?<![\p{L}\p{N}_&/])#([\p{L}\p{N}_]{1,100})/gu)].map(([, tag = ""]) =>
      tag.toLowerCase(),
    ),
  ),
];

/** Indexes of a feed's collection: newest events, a key's events in order, and hashtags. */
export const indexesOf = (feed: FeedDefinition) => [
  { key: { [feed.eventTime]: -1 } },
  { key: { [feed.partitionKey]: 1, [feed.eventTime]: -1 } },
  ...(feed.columns.text ? [{ key: { hashtags: 1 } }] : []),
];

import { type FeedDefinition, feeds } from "../../data/feeds";
import { sqlName } from "../../data/feeds/glue";
import { tablesOf } from "../../data/names";

/**
 * The newest day with data before a report's window, by feed name. Undefined in the queries saved in Athena: a query would
 * have to list every partition to find it.
 */
export type NewestDays = ReadonlyMap<string, string> | undefined;

/** The SQL for `{feed.<property>}`: only names and literals of the feed contract, never user input. */
export const feedProperties: Readonly<
  Record<string, (feed: FeedDefinition, newestDays: NewestDays) => string>
> = {
  "": (feed) => feed.name,
  text: (feed) => `'${feed.name}'`,
  view: (feed) => tablesOf(feed).view,
  csv: (feed) => tablesOf(feed).csv,
  raw: (feed) => tablesOf(feed).raw,
  quarantine: (feed) => tablesOf(feed).quarantine,
  errors: (feed) => tablesOf(feed).errors,
  time: (feed) => sqlName(feed.eventTime),
  key: (feed) => feed.naturalKey.map(sqlName).join(", "),
  cadence: (feed) =>
    feed.cadenceSeconds === undefined ? "CAST(NULL AS bigint)" : String(feed.cadenceSeconds),
  /** A day without data if the day is not known. */
  newest: (feed, newestDays) => `'${newestDays?.get(feed.name) ?? "1970-01-01"}'`,
  /** What is known of a feed without an event in the window or on its newest day. */
  none: (_feed, newestDays) => (newestDays ? "'empty'" : "'none in the window'"),
};

/** The header's `feed` of a report that reads several feeds; `--feed` selects them. */
export const eachFeed = "each";

export const knownFeeds = (): readonly FeedDefinition[] => Object.values(feeds);
export const feedNamed = (name: string): FeedDefinition | undefined =>
  Object.hasOwn(feeds, name) ? feeds[name] : undefined;

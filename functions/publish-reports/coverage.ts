import { completenessWarnings } from "../../analytics/lake/completeness";
import { listView, newestDayOfView } from "../../analytics/lake/history";
import { type Listing, partitionAt, sortKey } from "../../analytics/lake/partitions";
import type { LakeReader } from "../../analytics/lake/reader";
import type { Freshness } from "../../analytics/site/model";
import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import type { NewestDays } from "../../sql/library/feeds";

export interface Window {
  readonly from: number;
  readonly until: number;
}

export interface Covered {
  /** What may be missing. */
  readonly warnings: readonly string[];
  readonly freshness?: Freshness;
}

/** What S3 lists of the objects that the feeds' views read. Pages with the same feeds and window share it. */
export class Coverage {
  readonly #listings = new Map<string, Promise<Listing>>();
  readonly #covered = new Map<string, Promise<Covered>>();

  constructor(
    private readonly lake: LakeReader,
    private readonly bucket: string,
  ) {}

  /** What may be missing in a window, and how fresh its data is. */
  of(feeds: readonly FeedDefinition[], window: Window, now: number): Promise<Covered> {
    const key = [feeds.map(({ name }) => name).join(), window.from, window.until].join(" ");
    const covered = this.#covered.get(key) ?? this.#cover(feeds, window, now);
    this.#covered.set(key, covered);
    return covered;
  }

  async #cover(feeds: readonly FeedDefinition[], window: Window, now: number): Promise<Covered> {
    const listed = await Promise.all(
      feeds.map(async (feed) => ({ table: tablesOf(feed).csv, ...(await this.#list(feed, window)) })),
    );
    const warnings = await completenessWarnings(
      this.lake,
      {
        partitionsOf: new Map(listed.map(({ table, partitions }) => [table, partitions])),
        polls: new Map(listed.map(({ table, polls }) => [table, polls])),
        bucket: this.bucket,
      },
      { ...window, feeds },
      now,
    );
    const newest = listed
      .flatMap(({ partitions }) => partitions.slice(-1))
      .sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1))[0];
    const written = Math.max(...listed.map(({ modified }) => modified?.getTime() ?? 0), 0);
    if (!newest) return { warnings };
    const newestHour = `${newest.dt} ${newest.hour}h`;
    return { warnings, freshness: { newestHour, ...(written > 0 && { writtenAt: written }) } };
  }

  /** The newest day of each feed whose newest data is older than the window. */
  async newestDays(feeds: readonly FeedDefinition[], { from, until }: Window): Promise<NewestDays> {
    const range = { from: partitionAt(from), to: partitionAt(until) };
    const days = await Promise.all(
      feeds.map(async (feed) => {
        const day = await newestDayOfView(this.lake, this.bucket, feed.name, range);
        return day === undefined ? [] : [[feed.name, day] as const];
      }),
    );
    return new Map(days.flat());
  }

  #list(feed: FeedDefinition, { from, until }: Window): Promise<Listing> {
    const range = { from: partitionAt(from), to: partitionAt(until) };
    const key = `${feed.name} ${sortKey(range.from)} ${sortKey(range.to)}`;
    const listing = this.#listings.get(key) ?? listView(this.lake, this.bucket, feed.name, range);
    this.#listings.set(key, listing);
    return listing;
  }
}

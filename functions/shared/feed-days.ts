import { feeds } from "../../data/feeds";

/** Reads FEEDS, "crypto:2025-01-01 retail:2010-12-01": each feed with the first day of its tables. */
export function feedDays(text: string): readonly (readonly [feed: string, since: string])[] {
  return text.split(" ").map((each) => {
    const [, feed = "", since = ""] = /^([a-z]+):(\d{4}-\d\d-\d\d)$/.exec(each) ?? [];
    if (!feeds[feed])
      throw new Error(
        `environment variable FEEDS has "${each}"; it must be <feed>:<first day>, with a feed of ${Object.keys(feeds).join(", ")}`,
      );
    return [feed, since] as const;
  });
}

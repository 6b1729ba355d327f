import { type FeedDefinition, feeds } from "../../data/feeds";
import type { Env } from "./env";

/** The first day of the feed's tables, from SINCE; a row before it would be invisible to queries. */
export function sinceOf(env: Env): string | undefined {
  const since = env.optional("SINCE");
  if (since !== undefined && !/^\d{4}-\d\d-\d\d$/.test(since))
    throw new Error(`environment variable SINCE is "${since}"; it must be a day, YYYY-MM-DD`);
  return since;
}

/** The feed named by the environment variable FEED. */
export function feedOf(env: Env): FeedDefinition {
  const name = env.oneOf("FEED", Object.keys(feeds));
  const feed = feeds[name];
  if (!feed) throw new Error(`no feed ${name}`);
  return feed;
}

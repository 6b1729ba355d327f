import { type FeedDefinition, feeds } from "../../data/feeds";
import type { Env } from "./env";

/** The feed named by the environment variable FEED. */
export function feedOf(env: Env): FeedDefinition {
  const name = env.oneOf("FEED", Object.keys(feeds));
  const feed = feeds[name];
  if (!feed) throw new Error(`no feed ${name}`);
  return feed;
}

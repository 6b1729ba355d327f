import { posts } from "../../../data/feeds/posts";
import { messagesOf } from "../net/websocket";
import type { Received, Source } from "../source";

/** A public instance: https://docs.bsky.app/blog/jetstream */
export const JETSTREAM = "jetstream2.us-east.bsky.network";
const POSTS = "app.bsky.feed.post";
/** Jetstream pings every 30 s. */
const IDLE_MS = 60_000;

/**
 * All public posts of Bluesky, from Jetstream: https://github.com/bluesky-social/jetstream. Its cursor is an event's time in
 * microseconds; the server replays the last day or so from there.
 */
export function bluesky(server: URL): Source {
  return {
    feed: posts,
    origin: server.host,
    describeCursor: (cursor) => `${new Date(Number(cursor) / 1000).toISOString()} at ${server.host}`,
    async *read(cursor, signal) {
      const url = new URL("/subscribe", server);
      url.searchParams.set("wantedCollections", POSTS);
      if (cursor !== undefined) url.searchParams.set("cursor", cursor);
      const last = Number(cursor ?? 0);
      for await (const messages of messagesOf(url, { signal, idleMillis: IDLE_MS }))
        yield messages.map((text) => read(text, last));
    },
  };
}

interface JetstreamEvent {
  readonly did?: unknown;
  readonly time_us?: unknown;
  readonly kind?: unknown;
  readonly commit?: { readonly operation?: unknown; readonly collection?: unknown; readonly rkey?: unknown };
}

function read(text: string, last: number): Received {
  let event: JetstreamEvent | null;
  try {
    event = JSON.parse(text) as JetstreamEvent | null;
  } catch {
    return { kind: "object", value: text };
  }
  const { did, time_us: time, commit } = event ?? {};
  const cursor = Number.isSafeInteger(time) ? { cursor: String(time) } : {};
  // The event at the cursor is sent again. Identities and accounts are sent whatever collection is wanted.
  if (Number(time) <= last || commit?.collection !== POSTS) return { kind: "other", ...cursor };
  return commit.operation === "delete"
    ? { kind: "deletion", id: `at://${did}/${POSTS}/${commit.rkey}`, ...cursor }
    : { kind: "object", value: event, ...cursor };
}

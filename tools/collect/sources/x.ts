import { posts } from "../../../data/feeds/posts";
import { Failure } from "../../kit/errors";
import { get } from "../net/http";
import { linesOf } from "../net/lines";
import { ConnectionLost, type Received, type Source } from "../source";

export const X_API = "api.x.com";
/** The stream sends an empty line every 20 s: https://docs.x.com/x-api/fundamentals/handling-disconnections */
const IDLE_MS = 40_000;
const PAGE = 100;

const FIELDS = {
  "tweet.fields": "author_id,created_at,lang,note_tweet,possibly_sensitive,public_metrics",
  expansions: "author_id",
  "user.fields": "username",
};

interface Post {
  readonly id: string;
  readonly author_id?: string;
}

interface Page {
  readonly data?: readonly Post[];
  readonly includes?: { readonly users?: readonly { readonly id: string }[] };
  readonly meta?: { readonly next_token?: string };
}

/**
 * Posts of X by API v2. With a query those of the last seven days that match it (recent search), resumed after the last
 * post's id; without one the filtered stream, whose rules belong to the account. The stream cannot be resumed: what is posted
 * during a disconnection is missing.
 */
export function x(server: URL, token: string | undefined, query: string | undefined): Source {
  if (token === undefined)
    throw new Failure(
      "the API of X needs a bearer token: set X_BEARER_TOKEN to the one of your app (developer portal, Keys and tokens)",
    );
  const keyHint = "it does not take the bearer token in X_BEARER_TOKEN, or its plan has no access to this";
  const request = (url: URL, signal: AbortSignal) => get({ url, token, signal, keyHint });
  const urlOf = (path: string, parameters: Readonly<Record<string, string | undefined>>) => {
    const url = new URL(path, server);
    for (const [name, value] of Object.entries({ ...FIELDS, ...parameters }))
      if (value !== undefined) url.searchParams.set(name, value);
    return url;
  };
  if (query !== undefined)
    return {
      feed: posts,
      origin: `${server.host}, search "${query}"`,
      describeCursor: (cursor) => `post ${cursor} of ${server.host}`,
      async *read(cursor, signal) {
        const found: Received[] = [];
        let next: string | undefined;
        do {
          const parameters = { query, max_results: String(PAGE), since_id: cursor, next_token: next };
          const page = (await (
            await request(urlOf("/2/tweets/search/recent", parameters), signal)
          ).json()) as Page;
          found.push(...(page.data ?? []).map((post) => received(post, page, query)));
          next = page.meta?.next_token;
          // Pages go from new to old. Without a cursor one is enough; with one, no gap may remain.
        } while (cursor !== undefined && next !== undefined);
        if (found.length > 0) yield found.reverse();
      },
    };
  return {
    feed: posts,
    origin: `${server.host}, filtered stream`,
    async *read(_cursor, signal) {
      const stream = await request(urlOf("/2/tweets/search/stream", {}), signal);
      for await (const lines of linesOf(stream, server.host, IDLE_MS, signal))
        yield lines.filter((line) => line !== "").map(readLine);
      throw new ConnectionLost(`${server.host} ended the stream`);
    },
  };
}

/** A post of a search, in the form of the stream's. Its topic is the query. */
function received(post: Post, { includes }: Page, query: string): Received {
  const users = (includes?.users ?? []).filter(({ id }) => id === post.author_id);
  return {
    kind: "object",
    value: { data: post, includes: { users }, matching_rules: [{ tag: query }] },
    cursor: post.id,
  };
}

function readLine(line: string): Received {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "object", value: line };
  }
  const { data, errors } = Object(value) as {
    data?: unknown;
    errors?: readonly { title?: string; detail?: string }[];
  };
  // A disconnection is announced in the stream. Errors beside data concern referenced posts.
  if (data === undefined && Array.isArray(errors)) {
    const [first] = errors;
    throw new ConnectionLost(`the stream ends: ${[first?.title, first?.detail].filter(Boolean).join(": ")}`);
  }
  return { kind: "object", value };
}

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

interface Rule {
  readonly value: string;
  readonly tag?: string;
}

/**
 * Posts of X by API v2. With a query those of the last seven days that match it (recent search), resumed after the last
 * post's id; without one the filtered stream, whose rules belong to the account. The stream itself cannot be resumed: a run
 * with a cursor searches what its rules match since then.
 */
export function x(
  server: URL,
  token: string | undefined,
  query: string | undefined,
  log: (text: string) => void,
): Source {
  if (token === undefined)
    throw new Failure(
      "the API of X needs a bearer token: set X_BEARER_TOKEN to the one of your app (developer portal, Keys and tokens)",
    );
  const keyHint = "it does not take the bearer token in X_BEARER_TOKEN, or its plan has no access to this";
  const request: Request = (path, parameters, signal) => {
    const url = new URL(path, server);
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) url.searchParams.set(name, value);
    return get({ url, token, signal, keyHint });
  };
  const describeCursor = (cursor: string) => `post ${cursor} of ${server.host}`;
  if (query !== undefined)
    return {
      feed: posts,
      origin: `${server.host}, search "${query}"`,
      describeCursor,
      async *read(cursor, signal) {
        const found = await search(request, { value: query }, cursor, signal);
        if (found.length > 0) yield found;
      },
    };
  return {
    feed: posts,
    origin: `${server.host}, filtered stream`,
    describeCursor,
    async *read(cursor, signal) {
      // Connected first, so that no post is missed between the search and the stream.
      const stream = await request("/2/tweets/search/stream", FIELDS, signal);
      const ids = new Ids(cursor);
      if (cursor !== undefined) {
        const missed = await searchRules(request, cursor, signal).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
          log(`posts since ${cursor} are left out: ${error.message}`);
          return [];
        });
        if (missed.length > 0) yield missed.map((post) => ids.first(post));
      }
      for await (const lines of linesOf(stream, server.host, IDLE_MS, signal))
        yield lines.filter((line) => line !== "").map((line) => ids.first(readLine(line)));
      throw new ConnectionLost(`${server.host} ended the stream`);
    },
  };
}

type Request = (
  path: string,
  parameters: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
) => Promise<Response>;

/** The posts that match a rule, oldest first: after a post, or without a cursor the newest page. */
async function search(
  request: Request,
  { value, tag = value }: Rule,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Received[]> {
  const found: Received[] = [];
  let next: string | undefined;
  do {
    const parameters = {
      ...FIELDS,
      query: value,
      max_results: String(PAGE),
      since_id: cursor,
      next_token: next,
    };
    const page = (await (await request("/2/tweets/search/recent", parameters, signal)).json()) as Page;
    found.push(...(page.data ?? []).map((post) => received(post, page, tag)));
    next = page.meta?.next_token;
    // Pages go from new to old. Without a cursor one is enough; with one, no gap may remain.
  } while (cursor !== undefined && next !== undefined);
  return found.reverse();
}

/** What the rules of the filtered stream match since a post: https://docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule */
async function searchRules(request: Request, cursor: string, signal: AbortSignal): Promise<Received[]> {
  const { data: rules = [] } = (await (
    await request("/2/tweets/search/stream/rules", {}, signal)
  ).json()) as { data?: readonly Rule[] };
  const found: Received[] = [];
  for (const rule of rules) found.push(...(await search(request, rule, cursor, signal)));
  return found.sort((a, b) => (isLater(a.cursor, b.cursor) ? 1 : -1));
}

const MOST_REMEMBERED = 50_000;

/** Gives each post once, and the latest id as the cursor: a post of the search comes again in the stream. */
class Ids {
  readonly #seen = new Set<string>();

  constructor(private last: string | undefined) {}

  first(post: Received): Received {
    const { cursor } = post;
    if (cursor === undefined) return post;
    if (this.last === undefined || isLater(cursor, this.last)) this.last = cursor;
    if (this.#seen.has(cursor)) return { kind: "other", cursor: this.last };
    this.#seen.add(cursor);
    const [oldest] = this.#seen;
    if (this.#seen.size > MOST_REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return { ...post, cursor: this.last };
  }
}

/** Ids are decimal numbers beyond 2^53. */
const isLater = (a = "", b = ""): boolean => a.length > b.length || (a.length === b.length && a > b);

/** A post of a search, in the form of the stream's. Its topic is the rule's tag. */
function received(post: Post, { includes }: Page, tag: string): Received {
  const users = (includes?.users ?? []).filter(({ id }) => id === post.author_id);
  return {
    kind: "object",
    value: { data: post, includes: { users }, matching_rules: [{ tag }] },
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
  const { id } = Object(data) as { id?: unknown };
  return { kind: "object", value, ...(typeof id === "string" && { cursor: id }) };
}

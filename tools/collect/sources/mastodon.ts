import { posts } from "../../../data/feeds/posts";
import { get } from "../net/http";
import { linesOf, type ServerSentEvent, serverSentEvents } from "../net/lines";
import { ConnectionLost, type Received, type Source } from "../source";

export const MASTODON = "mastodon.social";
/** The server sends ":thump" every 15 s. */
const IDLE_MS = 60_000;
const PAGE = 40;
/** Pages of the gap that a resumed run fills: the API allows 300 requests in five minutes. */
const MOST_PAGES = 50;

/**
 * The public timeline of a Mastodon server by server-sent events: https://docs.joinmastodon.org/methods/streaming/. Streaming
 * has no cursor: a resumed run fills its gap from the timeline, after the last status id.
 */
export function mastodon(server: URL, token: string | undefined, log: (text: string) => void): Source {
  const keyHint =
    token === undefined
      ? "this server asks for an access token: create an application in its preferences (Development), and set MASTODON_ACCESS_TOKEN"
      : "it does not take the token in MASTODON_ACCESS_TOKEN";
  return {
    feed: posts,
    origin: server.host,
    describeCursor: (cursor) => `status ${cursor} of ${server.host}`,
    async *read(cursor, signal) {
      const request = (url: URL) => get({ url, token, signal, keyHint });
      const streaming = await streamingServer(server, request);
      // Connected first, so that no status is missed between the timeline and the stream.
      const stream = await request(new URL("/api/v1/streaming/public", streaming));
      const statuses = new Statuses(cursor);
      if (cursor !== undefined) {
        const filled = yield* fill(server, cursor, request, statuses);
        if (!filled)
          log(`${server.host}: the gap has more than ${MOST_PAGES * PAGE} statuses; the rest is left out`);
      }
      const lines = linesOf(stream, streaming.host, IDLE_MS, signal);
      for await (const events of serverSentEvents(lines)) yield events.map((event) => statuses.read(event));
      throw new ConnectionLost(`${streaming.host} ended the stream`);
    },
  };
}

type Get = (url: URL) => Promise<Response>;

/** Large servers stream from another host, which they name: https://docs.joinmastodon.org/entities/Instance/#streaming_api */
async function streamingServer(server: URL, request: Get): Promise<URL> {
  try {
    const instance = (await (await request(new URL("/api/v2/instance", server))).json()) as {
      configuration?: { urls?: { streaming?: string } };
    };
    const streaming = instance.configuration?.urls?.streaming;
    return streaming === undefined ? server : new URL(streaming.replace(/^ws/, "http"));
  } catch (error) {
    // Servers before version 4 do not have this page.
    if (error instanceof Error && / answered 404/.test(error.message)) return server;
    throw error;
  }
}

/** Pages of the timeline after a status, oldest first. False when the gap is too long. */
async function* fill(
  server: URL,
  cursor: string,
  request: Get,
  statuses: Statuses,
): AsyncGenerator<Received[], boolean> {
  let after = cursor;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const url = new URL("/api/v1/timelines/public", server);
    url.searchParams.set("min_id", after);
    url.searchParams.set("limit", String(PAGE));
    const page = (await (await request(url)).json()) as readonly { readonly id: string }[];
    if (page.length === 0) return true;
    after = page[0]?.id ?? after;
    yield page.toReversed().map((status) => statuses.status(status));
  }
  return false;
}

const MOST_REMEMBERED = 50_000;

/** Reads events, and remembers the statuses' URIs: a deletion names only the server's own id. */
class Statuses {
  readonly #uris = new Map<string, string>();

  constructor(private last: string | undefined) {}

  read({ event, data }: ServerSentEvent): Received {
    if (event === "delete") {
      const uri = this.#uris.get(data);
      return uri === undefined ? { kind: "other" } : { kind: "deletion", id: uri };
    }
    if (event !== "update" && event !== "status.update") return { kind: "other" };
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return { kind: "object", value: data };
    }
    // A status of the filled gap comes once more in the stream; an edited one is a new version.
    const { id } = Object(value) as { id?: unknown };
    if (event === "update" && this.#uris.has(String(id))) return { kind: "other" };
    return this.status(value);
  }

  status(value: unknown): Received {
    const { id, uri } = Object(value) as { id?: unknown; uri?: unknown };
    if (typeof id !== "string" || typeof uri !== "string") return { kind: "object", value };
    this.#uris.set(id, uri);
    const [oldest] = this.#uris.keys();
    if (this.#uris.size > MOST_REMEMBERED && oldest !== undefined) this.#uris.delete(oldest);
    // A status that arrives late from another server has an older id.
    if (this.last === undefined || isLater(id, this.last)) this.last = id;
    return { kind: "object", value, cursor: this.last };
  }
}

/** Ids are decimal numbers beyond 2^53. */
const isLater = (a: string, b: string): boolean => a.length > b.length || (a.length === b.length && a > b);

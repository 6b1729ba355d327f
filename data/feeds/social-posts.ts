import type { Fields } from "./contract";
import { canonicalInstant } from "./instant";

/**
 * Posts as the APIs of X (v1.1 and v2), Mastodon and Bluesky return them, as columns of the feed `posts`. Ids that are
 * unique only within one network stay as they are for X and become the post's URI for the others.
 */
export function adaptPost(value: Fields): Fields | undefined {
  for (const network of networks) {
    const post = network(value);
    if (post) return post;
  }
  return undefined;
}

type Network = (value: Fields) => Fields | undefined;

const networks: readonly Network[] = [
  /** X API v1.1: https://developer.x.com/en/docs/x-api/v1/data-dictionary/object-model/tweet */
  (value) => {
    const user = object(value.user);
    const id = text(value.id_str) ?? (isPostOfUser(value, user) ? idOf(value.id) : undefined);
    if (id === undefined) return undefined;
    return {
      post_id: id,
      author: user.screen_name ?? user.id_str ?? idOf(user.id),
      text: object(value.extended_tweet).full_text ?? value.full_text ?? value.text,
      language: value.lang,
      likes: value.favorite_count,
      reposts: value.retweet_count,
      sensitive: value.possibly_sensitive,
      posted_at: instantOf(value.created_at),
    };
  },
  /** X API v2, a stream's `{data, includes, matching_rules}` or the bare post: https://docs.x.com/x-api/fundamentals/data-dictionary */
  (value) => {
    const post = value.data === undefined ? value : object(value.data);
    if (text(post.author_id) === undefined || text(post.id) === undefined) return undefined;
    const metrics = object(post.public_metrics);
    const author = objects(object(value.includes).users).find(({ id }) => id === post.author_id);
    return {
      post_id: post.id,
      author: author?.username ?? post.author_id,
      text: object(post.note_tweet).text ?? post.text,
      language: post.lang,
      topic: objects(value.matching_rules)[0]?.tag,
      likes: metrics.like_count,
      reposts: metrics.retweet_count,
      sensitive: post.possibly_sensitive,
      posted_at: post.created_at,
    };
  },
  /** Mastodon: https://docs.joinmastodon.org/entities/Status/ */
  (value) => {
    const account = object(value.account);
    if (text(value.content) === undefined || text(account.acct) === undefined) return undefined;
    return {
      post_id: value.uri ?? value.id,
      author: account.acct,
      text: plainText(String(value.content)),
      language: value.language,
      likes: value.favourites_count,
      reposts: value.reblogs_count,
      sensitive: value.sensitive,
      posted_at: value.created_at,
    };
  },
  /** Bluesky Jetstream: https://github.com/bluesky-social/jetstream */
  (value) => {
    const commit = object(value.commit);
    if (commit.collection !== "app.bsky.feed.post" || text(value.did) === undefined) return undefined;
    const record = object(commit.record);
    return {
      post_id: `at://${value.did}/${commit.collection}/${commit.rkey}`,
      author: value.did,
      ...blueskyRecord(record),
    };
  },
  /** Bluesky, a post view of the AppView API: https://docs.bsky.app/docs/api/app-bsky-feed-get-posts */
  (value) => {
    const author = object(value.author);
    if (text(value.uri) === undefined || text(author.did) === undefined) return undefined;
    return {
      post_id: value.uri,
      author: author.handle ?? author.did,
      ...blueskyRecord(object(value.record)),
      likes: value.likeCount,
      reposts: value.repostCount,
    };
  },
];

const blueskyRecord = (record: Fields): Fields => ({
  text: record.text,
  language: Array.isArray(record.langs) ? record.langs[0] : undefined,
  posted_at: record.createdAt,
});

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const object = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const objects = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(object) : []);

/** Without id_str a post is known by its author and by its time, whose form no other network has. */
const isPostOfUser = (value: Fields, user: Fields): boolean =>
  (user.screen_name ?? user.id_str ?? user.id) !== undefined &&
  instantOf(value.created_at) !== value.created_at;

/** A number that a double cannot hold has lost digits, so it is no id. Readers of records give such a number as text. */
const idOf = (value: unknown): string | undefined =>
  Number.isSafeInteger(value)
    ? String(value)
    : typeof value === "string" && /^\d+$/.test(value)
      ? value
      : undefined;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** X v1.1 writes "Wed Oct 10 20:19:24 +0000 2018". */
function instantOf(value: unknown): unknown {
  const parts = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$/.exec(
    String(value),
  );
  const month = months.indexOf(parts?.[1] ?? "") + 1;
  if (!parts || month === 0) return value;
  const [, , day, time, zone, year] = parts;
  return canonicalInstant(`${year}-${String(month).padStart(2, "0")}-${day}T${time}${zone}`) ?? value;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** The text of Mastodon's HTML. Its API allows only p, br, a, span and a few more elements. */
export function plainText(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/p>\s*<p[^>]*>/gi, "\n\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (all, decimal, hex, name) => {
      if (name !== undefined) return entities[String(name).toLowerCase()] ?? all;
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    });
}

import { posts } from "../../../data/feeds/posts";
import { uniform } from "../../../data/market/noise";
import { languages, topics } from "../../../data/samples/post-words";
import { type Random, seeded } from "../../../data/samples/random";
import type { Clock, Received, Source } from "../source";
import { generated } from "./generated";
import { bursting } from "./rhythm";

const AUTHORS = 400;
const DELETED = 0.02;
const MALFORMED = 0.01;
/** A deletion names a post of so many events before. */
const DELETED_AFTER = 40;

/**
 * Endless posts about coins and shares, with what live feeds have: bursts about one topic, several languages, hashtags,
 * deletions, and objects that are no valid posts. The same seed and rate give the same posts.
 */
export function sample(rate: number, seed: number, clock: Clock): Source {
  const rhythm = bursting(rate, seed);
  /** Unique for all rates: the instant in milliseconds, and three digits. Earlier seeds' posts stay apart. */
  const idOf = (n: number) => `s${seed}-${rhythm.instantOf(n)}${String(n % 1000).padStart(3, "0")}`;
  const kindOf = (n: number) => {
    const luck = uniform(seed ^ 0x6b696e64, n);
    return luck < DELETED ? "deletion" : luck < DELETED + MALFORMED ? "malformed" : "post";
  };
  const make = (n: number, at: number): Received => {
    const random = seeded(Math.floor(uniform(seed, n) * 2 ** 32));
    const deleted = n - DELETED_AFTER;
    if (kindOf(n) === "deletion" && deleted >= 0 && kindOf(deleted) === "post")
      return { kind: "deletion", id: idOf(deleted) };
    const burst = rhythm.inBurst(at) && random.next() < 0.8;
    const topic = burst ? topics[Math.floor(at / 600_000) % topics.length] : random.pick(topics);
    const post = postOf(random, idOf(n), at, topic ?? topics[0]);
    return { kind: "object", value: kindOf(n) === "malformed" ? random.pick(damages)(post) : post, at };
  };
  return generated({ feed: posts, origin: `sample, seed ${seed}, ${rate}/s`, rhythm, clock, make });
}

type Post = Readonly<Record<string, unknown>>;

function postOf(random: Random, id: string, at: number, topic: string): Post {
  const chosen = random.next() < 0.7 ? languages[0] : random.pick(languages);
  const tag = random.next() < 0.6 ? ` ${random.pick(chosen.tags)}` : "";
  // Few authors write most of the posts.
  const author = Math.floor(AUTHORS * random.next() ** 3);
  return {
    post_id: id,
    author: `user_${author + 1}`,
    text: `${random.pick(chosen.openings)} $${topic} ${random.pick(chosen.endings)}${tag}`,
    language: random.next() < 0.9 ? chosen.code : null,
    topic,
    likes: random.whole(0, 3),
    reposts: random.whole(0, 1),
    sensitive: random.next() < 0.03,
    posted_at: new Date(at).toISOString(),
  };
}

/** What is wrong with the invalid objects of live feeds. */
const damages = [
  ({ text: _text, ...post }: Post): unknown => post,
  (post: Post): unknown => ({ ...post, author: null }),
  (post: Post): unknown => ({ ...post, posted_at: "just now" }),
  (post: Post): unknown => ({ ...post, likes: "many" }),
  (post: Post): unknown => JSON.stringify(post).slice(0, 60),
  (): unknown => ({ errors: [{ title: "Internal Error", status: 500 }] }),
] as const;

import type { PostsRow } from "../feeds/posts";
import { languages, topics } from "./post-words";
import { type Random, seeded } from "./random";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 1, 26);
const HOURS = 72;
/** The hour in which one topic is on everybody's mind. */
const BURST = { hour: 61, topic: "solana", posts: 60 } as const;

/**
 * Posts of three days, fewer at night, with a burst. Their text has line breaks, quotes, commas, emoji, letters of several
 * scripts and a leading "=". One post occurs twice.
 */
export function postsSample(): Uint8Array {
  const random = seeded(140);
  const rows: PostsRow[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    const burst = hour === BURST.hour;
    const ordinary = random.whole(2, 4) + Math.round(4 * Math.max(0, Math.sin(((hour % 24) / 24) * Math.PI)));
    for (let i = 0; i < ordinary + (burst ? BURST.posts : 0); i++) {
      const topic = i < ordinary ? random.pick(topics) : BURST.topic;
      rows.push(post(random, rows.length, START + hour * HOUR_MS + random.whole(0, 3599) * 1000, topic));
    }
  }
  rows.sort((a, b) => (a.posted_at < b.posted_at ? -1 : 1));
  const last = rows.at(-1);
  if (last) rows.push({ ...last, likes: 900, seen_at: "2026-03-01T01:00:00.000Z" });
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

function post(random: Random, number: number, posted: number, topic: string): PostsRow {
  const chosen = random.next() < 0.7 ? languages[0] : random.pick(languages);
  const tag = random.next() < 0.6 ? ` ${random.pick(chosen.tags)}` : "";
  return {
    post_id: `p${1_000_000 + number}`,
    author: `user_${random.whole(1, 90)}`,
    text: `${random.pick(chosen.openings)} $${topic} ${random.pick(chosen.endings)}${tag}`,
    language: random.next() < 0.9 ? chosen.code : null,
    topic,
    likes: random.whole(0, 500),
    reposts: random.whole(0, 60),
    sensitive: random.next() < 0.05,
    posted_at: new Date(posted).toISOString(),
    seen_at: new Date(posted + 90_000).toISOString(),
  };
}

import type { PostsRow } from "../feeds/posts";
import { seeded } from "./random";

const openings = [
  "Watching",
  "Bought some",
  "Selling my",
  "=Not advice, but",
  "Why does nobody talk about",
] as const;
const endings = [
  "today.",
  "before the weekend?",
  "— finally 🚀",
  "\nlong thread below\n1/n",
  'again, "as planned"',
  "(über alles stabil)",
] as const;
const topics = ["bitcoin", "ethereum", "solana", "dogecoin", "NFLX"] as const;

/** Posts with line breaks, quotes, commas, emoji and a leading "=". One post occurs twice. */
export function postsSample(): Uint8Array {
  const random = seeded(140);
  const lines: string[] = [];
  let last: PostsRow | undefined;
  for (let i = 0; i < 120; i++) {
    const topic = random.pick(topics);
    const posted = Date.UTC(2026, 1, 28, 22) + i * 61_000 + random.whole(0, 60) * 1000;
    last = {
      post_id: `p${1_000_000 + i}`,
      author: `user_${random.whole(1, 40)}`,
      text: `${random.pick(openings)} $${topic} ${random.pick(endings)}`,
      language: random.next() < 0.9 ? "en" : null,
      topic,
      likes: random.whole(0, 500),
      reposts: random.whole(0, 60),
      sensitive: random.next() < 0.05,
      posted_at: new Date(posted).toISOString(),
      seen_at: new Date(posted + 90_000).toISOString(),
    };
    lines.push(`${JSON.stringify(last)}\n`);
  }
  if (last) lines.push(`${JSON.stringify({ ...last, likes: 900, seen_at: "2026-03-01T01:00:00.000Z" })}\n`);
  return Buffer.from(lines.join(""));
}

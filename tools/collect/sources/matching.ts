import { adaptPost } from "../../../data/feeds/social-posts";
import type { Received, Source } from "../source";

/** Keeps the posts that contain one of the words, which becomes their topic. Deletions pass: their text is not known. */
export function matching(source: Source, words: readonly string[]): Source {
  if (words.length === 0) return source;
  const patterns = words.map((word) => ({ word, pattern: wholeWord(word) }));
  const keep = (received: Received): Received => {
    if (received.kind !== "object") return received;
    const post = adaptPost(Object(received.value));
    const found = patterns.find(({ pattern }) => pattern.test(String(post?.text ?? "")));
    return found
      ? { ...received, value: { ...post, topic: found.word } }
      : { kind: "other", ...(received.cursor !== undefined && { cursor: received.cursor }) };
  };
  return {
    ...source,
    origin: `${source.origin}, ${words.join(" or ")}`,
    async *read(cursor, signal) {
      for await (const chunk of source.read(cursor, signal)) yield chunk.map(keep);
    },
  };
}

/** Finds a word, or a tag with # or $ before it, in any case. */
const wholeWord = (word: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}_])`,
    "iu",
  );

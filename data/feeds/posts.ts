import { defineFeed, type RowOf } from "./contract";
import { adaptPost } from "./social-posts";

export const posts = defineFeed({
  name: "posts",
  title: "Social posts",
  description: "Posts of a social network that name a coin or a share, as its API gives them.",
  columns: {
    post_id: { type: "string", maxLength: 128, doc: "The network's id of the post" },
    author: { type: "string", maxLength: 128, doc: "Who wrote it" },
    text: { type: "string", maxLength: 25_000, multiline: true, doc: "What it says, line breaks included" },
    language: { type: "string", maxLength: 16, nullable: true, doc: "As the network guessed, e.g. en" },
    topic: { type: "string", maxLength: 128, nullable: true, doc: "The coin or share it was found by" },
    likes: { type: "bigint", min: 0, nullable: true, doc: "At the time it was seen" },
    reposts: { type: "bigint", min: 0, nullable: true, doc: "At the time it was seen" },
    sensitive: { type: "boolean", nullable: true, doc: "Marked so by its author" },
    posted_at: { type: "timestamp", doc: "When it was posted" },
    seen_at: {
      type: "timestamp",
      whenMissing: "arrival",
      doc: "When it was fetched; the view shows the latest sight of a post",
    },
  },
  naturalKey: ["post_id"],
  eventTime: "posted_at",
  partitionKey: "author",
  prefer: [{ column: "seen_at", order: "desc" }],
  store: { mode: "append", hashKey: "post_id" },
  polled: false,
  watched: false,
  adapt: adaptPost,
});

export type PostsRow = RowOf<typeof posts>;

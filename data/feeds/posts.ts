import { defineFeed, type RowOf } from "./contract";
import { adaptPost } from "./social-posts";

export const posts = defineFeed({
  name: "posts",
  title: "Social posts",
  description:
    "Posts of social networks about coins and shares. Objects of the X, Mastodon and Bluesky APIs are accepted as they are.",
  columns: {
    post_id: { type: "string", maxLength: 128, doc: "Id of the post at its network" },
    author: { type: "string", maxLength: 128, doc: "Account that wrote the post" },
    text: {
      type: "string",
      maxLength: 25_000,
      multiline: true,
      doc: "Text of the post, with its line breaks",
    },
    language: {
      type: "string",
      maxLength: 16,
      nullable: true,
      doc: "Language code given by the network, e.g. en",
    },
    topic: {
      type: "string",
      maxLength: 128,
      nullable: true,
      doc: "Search term that found the post, e.g. a coin",
    },
    likes: { type: "bigint", min: 0, nullable: true, doc: "Number of likes when the post was fetched" },
    reposts: { type: "bigint", min: 0, nullable: true, doc: "Number of reposts when the post was fetched" },
    sensitive: { type: "boolean", nullable: true, doc: "Marked as sensitive by the author" },
    posted_at: { type: "timestamp", doc: "Time of the post" },
    seen_at: {
      type: "timestamp",
      whenMissing: "arrival",
      doc: "Time when the post was fetched. Of several copies the view shows the latest",
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

import { postsSample } from "./posts";
import { retailSample } from "./retail";
import { stocksSample } from "./stocks";

/** The committed sample files and their generators. A generator always gives the same bytes. */
export const samples: Readonly<Record<string, { readonly feed: string; readonly make: () => Uint8Array }>> = {
  "retail.csv": { feed: "retail", make: retailSample },
  "stocks.ndjson": { feed: "stocks", make: stocksSample },
  "posts.ndjson": { feed: "posts", make: postsSample },
};

import { postsSample } from "./posts";
import { retailSample } from "./retail";
import { stocksSample } from "./stocks";

/** The committed sample files, by name, and what makes them: the same bytes each time. */
export const samples: Readonly<Record<string, { readonly feed: string; readonly make: () => Uint8Array }>> = {
  "retail.csv": { feed: "retail", make: retailSample },
  "stocks.ndjson": { feed: "stocks", make: stocksSample },
  "posts.ndjson": { feed: "posts", make: postsSample },
};

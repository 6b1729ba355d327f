import { tablesOf } from "../../data/names";
import { timestampText } from "../../sql/library/times";
import type { Estimate } from "../plan/estimate";
import type { Asked } from "./asked";
import type { Coverage } from "./shortcomings";

/** Why there is less than was asked for, since an empty table alone does not tell a wrong name from a quiet day. */
export function emptiness(rows: number, planned: Estimate, asked: Asked, coverage: Coverage): string[] {
  if (rows === 0 && isWithoutData(planned, coverage)) {
    const [from, until] = [coverage.from, coverage.until].map(timestampText);
    const feeds = coverage.feeds.map(({ name }) => name).join(", ");
    return [`no rows: there is no data of ${feeds} between ${from} and ${until} UTC`];
  }
  const absent = asked.absent(rows);
  if (absent.length > 0) return absent.map((option) => `no rows of ${option} in this window`);
  if (rows > 0) return [];
  return [`no rows: ${asked.meaning}`];
}

/** Nothing in quarantine is no lack of data. */
function isWithoutData({ held }: Estimate, { feeds }: Coverage): boolean {
  const read = feeds.flatMap((feed) => held.get(tablesOf(feed).csv) ?? []);
  const reads = feeds.some((feed) => held.has(tablesOf(feed).csv));
  return reads && read.length === 0;
}

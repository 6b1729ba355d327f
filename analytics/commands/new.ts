import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { sqlName } from "../../data/feeds";
import { feedNamed, knownFeeds } from "../../sql/library/feeds";
import { reportsFolder } from "../../sql/library/library";
import { UsageError } from "../../tools/kit/errors";
import { parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";

/** `new <feed>/<name>`: writes a report that runs, as a template. */
export async function newReport(
  args: readonly string[],
  { stdout, reports = reportsFolder }: Context,
): Promise<number> {
  const { positionals } = parseOptions(args, {});
  const [id = "", ...rest] = positionals;
  const [, feedName = "", name = ""] = /^([a-z]+)\/([a-z][a-z0-9-]{1,60})$/.exec(id) ?? [];
  const feed = feedNamed(feedName);
  if (!feed || rest.length > 0) {
    const known = knownFeeds().map((candidate) => candidate.name);
    throw new UsageError(
      `new takes <feed>/<name> in lower case and dashes, with a feed of ${known.join(", ")}`,
    );
  }
  const file = join(reports, `${id}.sql`);
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, template(name, feed.name, sqlName(feed.eventTime)), { flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw new UsageError(`${relative(process.cwd(), file)} already exists`);
    throw error;
  }
  await stdout.write(
    `${relative(process.cwd(), file)}\nrun it: npm run report -- ${id}; check it: npm run check:sql\n`,
  );
  return 0;
}

const template = (name: string, feed: string, time: string): string => `-- name: ${name}
-- title: ${name}
-- description: Rows of every hour.
-- feed: ${feed}
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- column: hour_start timestamp unit UTC | The hour
-- column: row_count bigint | Rows in it
-- chart: line x=hour_start y=row_count
SELECT date_trunc('hour', ${time}) AS hour_start, count(*) AS row_count
FROM ${feed}
WHERE {window}
GROUP BY date_trunc('hour', ${time})
ORDER BY hour_start
`;

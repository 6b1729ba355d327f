import { createHash, randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Cells } from "../../data/cells";
import { tablesOf } from "../../data/names";
import { feedNamed } from "../../sql/library/feeds";
import type { SitePage } from "../../sql/library/site/model";
import { loadSite } from "../../sql/library/site/read";
import { optionName } from "../../sql/library/values";
import { splitLocation } from "../../tools/kit/athena-results";
import { hasExitCode, UsageError } from "../../tools/kit/errors";
import { flag, parseOptions, text } from "../../tools/kit/options";
import type { Context } from "../context";
import { locationOf } from "../plan/catalogue";
import type { RenderInput } from "../render/model";
import { feedsToRead, jobOf, newestDaysOf } from "../run/job";
import { type QueryOptions, queryOptions, sharedOptions } from "../run/options";
import { readParameters } from "../run/parameters";
import { Session } from "../run/session";
import { renderSite } from "../site";
import { ALERTS_KEY, conditionAlerts, mergeAlerts, readAlerts } from "../site/alerts";
import type { Freshness, Outcome, PageResult, SiteAlert, SiteFile } from "../site/model";
import { bundleScript } from "../site/script";

const {
  "max-scan": maxScan,
  "allow-full-scan": allowFullScan,
  "allow-over-budget": overBudget,
} = queryOptions;

export const siteOptions = {
  ...sharedOptions,
  out: text("FOLDER", "folder to write the pages into"),
  url: text("ADDRESS", "where the folder will be served, for the addresses in the feed"),
  "new-password": flag("prints a random password for a private site, and the hash for its configuration"),
  pages: text("FILE", "list of pages (default sql/site.yaml)"),
  "max-scan": maxScan,
  "allow-full-scan": allowFullScan,
  "allow-over-budget": overBudget,
  quiet: queryOptions.quiet,
};

/** Rows of a result that a page may have. */
const MOST_ROWS = 5_000;

/** `site --out <folder>`: a static site of the reports in sql/site.yaml. Exit code 1 if a page's query failed. */
export async function site(args: readonly string[], context: Context): Promise<number> {
  const { values: options, positionals } = parseOptions(args, siteOptions);
  const { out, url } = options;
  if (positionals.length > 0) throw new UsageError(`site takes no argument "${positionals[0]}"`);
  if (options["new-password"]) return newPassword(context);
  if (out === undefined) throw new UsageError("site needs --out <folder>");
  if (url !== undefined && !/^https?:\/\/[^\s"<>]+$/.test(url))
    throw new UsageError(`--url takes an address such as https://example.com/prices/, not "${url}"`);
  const declared = loadSite(context.reports, options.pages);
  const outcomes: Outcome[] = [];
  let alerts: SiteAlert[] = [];
  const publishedAt = context.now();
  await Session.use(queryOptionsOf(options), context, async (session) => {
    for (const page of declared.pages) {
      if (!options.quiet) await context.stderr.write(`${page.path}\n`);
      outcomes.push(await outcomeOf(session, page, publishedAt, context));
    }
    alerts = await session.attempt(() => publishedAlerts(session, declared.pages));
  });
  const files = await renderSite({
    site: declared,
    outcomes,
    alerts: mergeAlerts(alerts, conditionAlerts(outcomes, publishedAt)),
    publishedAt,
    ...(url !== undefined && { url }),
    script: await bundleScript(),
  });
  for (const file of files) await write(out, file);
  await context.stderr.write(`${files.length} files in ${out}; open ${join(out, "index.html")}\n`);
  return outcomes.some((outcome) => "failed" in outcome) ? 1 : 0;
}

const queryOptionsOf = (
  options: ReturnType<typeof parseOptions<typeof siteOptions>>["values"],
): QueryOptions => ({
  ...options,
  ...{ format: undefined, "out-dir": undefined, out: undefined, reuse: undefined },
  ...{ raw: false, chart: false, "dry-run": false },
});

/** Runs a page's report. A failed query is reported, and the other pages go on. */
async function outcomeOf(session: Session, page: SitePage, now: number, context: Context): Promise<Outcome> {
  const { report } = page;
  const feed = feedNamed(report.feed);
  let result: PageResult | undefined;
  let freshness: Freshness | undefined;
  const collect = async (input: RenderInput) => {
    result = await resultOf(page, input);
  };
  try {
    const feeds = await session.attempt(() => feedsToRead(session, report, feed && [feed]));
    const given = Object.entries(page.parameters).map(([name, value]) => [optionName(name), value]);
    const values = readParameters(report, Object.fromEntries(given), now, feeds);
    const days = await session.attempt(() => newestDaysOf(session, report, values, feeds));
    await session.run({
      ...jobOf(report, values, feeds, days, collect),
      onPlan: ({ newest, modified }) => {
        freshness = newest && {
          newestHour: `${newest.dt}${newest.hour && ` ${newest.hour}h`}`,
          ...(modified && { writtenAt: modified.getTime() }),
        };
      },
    });
  } catch (error) {
    if (!hasExitCode(error) || error.exitCode !== 1) throw error;
    await context.stderr.write(`${page.path}: ${error.message}\n`);
  }
  return result ? { ...result, ...(freshness && { freshness }) } : { page, failed: true };
}

async function resultOf(page: SitePage, input: RenderInput): Promise<PageResult> {
  const rows: Cells[] = [];
  let truncated = false;
  for await (const batch of input.rows) {
    const room = MOST_ROWS - rows.length;
    rows.push(...batch.slice(0, room));
    truncated ||= batch.length > room;
  }
  const { columns, facts = [] } = input;
  return { page, columns, rows, truncated, facts, warnings: (await input.warnings?.()) ?? [] };
}

/** The alerts that the stack's function keeps in the lake's bucket; none where it does not run. */
async function publishedAlerts(session: Session, pages: readonly SitePage[]): Promise<SiteAlert[]> {
  const [feed] = pages.flatMap(({ report }) => feedNamed(report.feed) ?? []);
  if (!feed) return [];
  try {
    const { clients, database } = session;
    const { bucket } = splitLocation(await locationOf(clients, database, tablesOf(feed).csv));
    const decoder = new TextDecoder();
    let body = "";
    for await (const piece of (await clients.openObject(bucket, ALERTS_KEY)) ?? [])
      body += decoder.decode(piece, { stream: true });
    return readAlerts(body);
  } catch (error) {
    // Without the right to list the bucket, S3 answers AccessDenied for an object that does not exist.
    if (error instanceof Error && /^(NoSuchKey|AccessDenied)$/.test(error.name)) return [];
    throw error;
  }
}

/** A file appears only when it is complete. */
async function write(folder: string, { path, body }: SiteFile): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, body);
  await rename(unfinished, file);
}

/**
 * A random password is long enough that its hash can be in a configuration file: the edge has time for one hash only,
 * so that a shorter one could be guessed from it.
 */
async function newPassword({ stdout, stderr }: Context): Promise<number> {
  const password = randomBytes(18).toString("base64url");
  const salt = randomBytes(16).toString("hex");
  const hash = createHash("sha256").update(`${salt}:${password}`).digest("hex");
  await stderr.write("the password, which is stored nowhere; any user name goes with it:\n");
  await stdout.write(`${password}\n`);
  await stderr.write(`for the stack: pulumi config set sitePasswordHash ${salt}:${hash}\n`);
  return 0;
}

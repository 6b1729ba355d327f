import { describeColumns } from "../../analytics/render/columns";
import { renderSite } from "../../analytics/site";
import { conditionAlerts, mergeAlerts, ruleAlert } from "../../analytics/site/alerts";
import { isResult, type Outcome, type PageResult, type SiteAlert } from "../../analytics/site/model";
import type { FeedDefinition } from "../../data/feeds";
import { bind, usesNewestDay } from "../../sql/library/bind";
import { eachFeed } from "../../sql/library/feeds";
import type { Site, SitePage } from "../../sql/library/site/model";
import { factsOf, valuesOf } from "../../sql/library/site/values";
import type { Coverage } from "./coverage";
import type { RunQuery } from "./query";
import type { SiteStore } from "./store";

export interface Publication {
  readonly site: Site;
  readonly feeds: readonly FeedDefinition[];
  readonly script: string;
  readonly url?: string | undefined;
  readonly query: RunQuery;
  readonly coverage: Coverage;
  readonly store: SiteStore;
  /** Messages on the alerts topic since the last publication. */
  readonly messages: readonly unknown[];
  readonly onFailure: (page: SitePage, error: unknown) => void;
}

export interface Published {
  readonly outcomes: readonly Outcome[];
  readonly alerts: readonly SiteAlert[];
  readonly files: number;
  readonly scannedBytes: number;
}

/** Queries that run at once: more wait in Athena's queue, and make other queries of the account wait. */
const WIDTH = 3;

/** Runs the reports, and writes the site. A page whose query fails keeps its earlier version. */
export async function publish(publication: Publication, now: number): Promise<Published> {
  const { site, script, url, store, messages } = publication;
  let scannedBytes = 0;
  const outcomes = await inParallel(site.pages, WIDTH, async (page): Promise<Outcome> => {
    try {
      const { result, scanned } = await resultOf(publication, page, now);
      scannedBytes += scanned;
      return result;
    } catch (error) {
      publication.onFailure(page, error);
      return { page, failed: true };
    }
  });
  if (!outcomes.some(isResult)) throw new Error("no report could be read; the site stays as it is");
  const earlier = await store.readAlerts();
  const added = [
    ...messages.flatMap((message) => ruleAlert(message, outcomes) ?? []),
    ...conditionAlerts(outcomes, now),
  ];
  const alerts = mergeAlerts(earlier, added);
  const files = await renderSite({
    site,
    outcomes,
    alerts,
    publishedAt: now,
    ...(url !== undefined && { url }),
    script,
  });
  await store.writeSite(files, keptFiles(outcomes));
  await store.writeAlerts(alerts);
  return { outcomes, alerts, files: files.length, scannedBytes };
}

async function resultOf(
  { feeds, query, coverage }: Publication,
  page: SitePage,
  now: number,
): Promise<{ result: PageResult; scanned: number }> {
  const { report } = page;
  const read = report.feed === eachFeed ? feeds : feeds.filter(({ name }) => name === report.feed);
  const values = valuesOf(page, read, now);
  const [from, until] = report.window
    ? [values.get(report.window.from)?.instant, values.get(report.window.to)?.instant]
    : [];
  const window = from === undefined || until === undefined ? undefined : { from, until };
  const days = window && usesNewestDay(report) ? await coverage.newestDays(read, window) : new Map();
  const [{ columns, rows, truncated, scannedBytes }, covered] = await Promise.all([
    query(bind(report, values, read, days)),
    window ? coverage.of(read, window, now) : { warnings: [] },
  ]);
  const result = {
    ...{ page, columns: describeColumns(report, columns), rows, truncated, facts: factsOf(values) },
    ...covered,
  };
  return { result, scanned: scannedBytes };
}

/** Tells the files of failed pages, which stay. */
function keptFiles(outcomes: readonly Outcome[]): (path: string) => boolean {
  const failed = outcomes.filter((outcome) => !isResult(outcome)).map(({ page }) => page.path);
  return (path) => failed.some((name) => path.startsWith(`${name}.`) || path.startsWith(`${name}/`));
}

async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

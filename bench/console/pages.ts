import type { Browser, Page } from "playwright-core";
import { LARGE_PREFIX, LARGE_STREAM } from "./large";

const ROWS = "main table tbody tr";
const FOUND = "main .result";
const MISSING = "dogecoin";
const GRAPH = "main canvas";

/** Pages by name: their paths, and an element of what each of them is opened for. */
export const pagesOf = (
  bucket: string,
): Readonly<Record<string, readonly [path: string, shows: string]>> => ({
  overview: ["/", ".node.stream"],
  streams: ["/kinesis", ROWS],
  "data viewer, newest": [`/kinesis/${LARGE_STREAM}`, ".records tbody tr"],
  "data viewer, oldest": [`/kinesis/${LARGE_STREAM}?from=TRIM_HORIZON`, ".records tbody tr"],
  "data viewer, search for a new record": [
    `/kinesis/${LARGE_STREAM}?search=${encodeURIComponent('"coin":"coin-42"')}`,
    FOUND,
  ],
  "data viewer, search for a missing record": [`/kinesis/${LARGE_STREAM}?search=${MISSING}`, FOUND],
  shards: [`/kinesis/${LARGE_STREAM}/shards`, ROWS],
  "stream monitoring": [`/kinesis/${LARGE_STREAM}/monitoring`, GRAPH],
  deliveries: ["/firehose", ROWS],
  buckets: ["/s3", ROWS],
  bucket: [`/s3/${bucket}`, ROWS],
  "large prefix": [`/s3/${bucket}?prefix=${encodeURIComponent(LARGE_PREFIX)}`, ROWS],
  object: [
    `/s3/${bucket}?key=${encodeURIComponent(`${LARGE_PREFIX}part-000400.csv`)}`,
    "table.data tbody tr",
  ],
  databases: ["/glue", ROWS],
  table: ["/glue/pricelake_local/crypto_csv", ROWS],
  queries: ["/athena", "textarea"],
  "saved queries": ["/athena/saved", ROWS],
  tables: ["/dynamodb", ROWS],
  items: ["/dynamodb/pricelake-local-crypto", "table.data tbody tr"],
  functions: ["/lambda", ROWS],
  "function log": ["/lambda/pricelake-local-write-csv-crypto/logs", ROWS],
  "function monitoring": ["/lambda/pricelake-local-write-csv-crypto/monitoring", GRAPH],
  dashboard: ["/cloudwatch/dashboards/pricelake-local", GRAPH],
  alarms: ["/cloudwatch/alarms", "main h1"],
  "log groups": ["/cloudwatch/logs", ROWS],
  schedules: ["/scheduler", ROWS],
  roles: ["/iam", ROWS],
});

export interface Shown {
  readonly millis: number;
  readonly calls: number;
  readonly heapMegabytes: number;
  /** What the page shows instead of its content, if anything. */
  readonly problem: string;
}

/** Opens a page in a new tab. The time ends when the page shows what it is opened for and waits for nothing. */
export async function open(
  browser: Browser,
  endpoint: string,
  [path, shows]: readonly [string, string],
): Promise<Shown> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  let calls = 0;
  page.on("request", (request) => {
    if (request.url().includes("/_console/call")) calls++;
  });
  try {
    const began = performance.now();
    const answer = await page.goto(`${endpoint}/#${path}`);
    if (!answer?.ok()) return failed(`${answer?.status()}: ${await answer?.text()}`);
    while (!(await page.evaluate(shownBy(shows)))) {
      if (performance.now() - began > GIVE_UP_MS) return failed("still loading");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const millis = performance.now() - began;
    const problem = (await page.locator(".problem").allTextContents()).join(" ");
    return { millis, calls, heapMegabytes: await heapOf(page), problem };
  } finally {
    await page.close();
  }
}

const failed = (problem: string): Shown => ({ millis: 0, calls: 0, heapMegabytes: 0, problem });

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1024 ** 2;
}

const GIVE_UP_MS = 30_000;
const shownBy = (selector: string): string =>
  `Boolean(document.querySelector("main h1") && document.querySelector(${JSON.stringify(selector)}))
  && !document.querySelector("main .loading")`;

/** How long the search for a record that the stream does not have takes, until it stops and asks. */
export async function searchMillis(browser: Browser, endpoint: string): Promise<number> {
  const page = await openTab(browser, endpoint, `/kinesis/${LARGE_STREAM}?search=${MISSING}`);
  const began = performance.now();
  await page.getByRole("button", { name: "Search older records" }).waitFor({ timeout: 2 * GIVE_UP_MS });
  const millis = performance.now() - began;
  await page.close();
  return millis;
}

/** A tab that stays open. */
export async function openTab(browser: Browser, endpoint: string, path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(`${endpoint}/#${path}`);
  return page;
}

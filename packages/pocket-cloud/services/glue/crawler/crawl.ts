import type { Crawler } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { invalidInput, notFound } from "../errors";
import type { GlueStore } from "../store";
import { Catalogue } from "./catalogue";
import { parseConfiguration } from "./configuration";
import { filesUnder } from "./folders";
import { inferTables } from "./infer-tables";
import { type Changes, type FoundTable, type Rules, reconcile } from "./reconcile";
import { type Scan, scan } from "./scan";

/** Thrown by a checkpoint after StopCrawler. */
export class CrawlStopped extends Error {}

interface CrawlResult {
  readonly changes: Changes;
  /** Locations of the folders that hold data files. */
  readonly folders: readonly string[];
}

/** One run of a crawler: scans the files, infers tables from them and reconciles the catalogue with the tables. */
export async function crawl(
  store: GlueStore,
  crawler: Crawler,
  caller: Caller,
  crawledFolders: ReadonlySet<string>,
  checkpoint: () => void,
): Promise<CrawlResult> {
  const configuration = parseConfiguration(crawler.Configuration);
  const newFoldersOnly = crawler.RecrawlPolicy?.RecrawlBehavior === "CRAWL_NEW_FOLDERS_ONLY";
  const catalogue = new Catalogue(store.cloud, caller, crawler.DatabaseName ?? "");
  await catalogue.checkDatabase();
  const classifiers = (crawler.Classifiers ?? []).map((name) => {
    const found = store.classifiers.get(name);
    if (!found) throw notFound(`Classifier with name: ${name} not found`);
    return found;
  });
  const rules: Rules = {
    crawler: crawler.Name ?? "",
    prefix: crawler.TablePrefix ?? "",
    policy: crawler.SchemaChangePolicy ?? {},
    configuration,
    newFoldersOnly,
  };
  const scans: Scan[] = [];
  for (const target of crawler.Targets?.S3Targets ?? []) {
    const skipFolder = (location: string) => newFoldersOnly && crawledFolders.has(location);
    scans.push(await scan({ cloud: store.cloud, caller, classifiers, skipFolder, checkpoint }, target));
  }
  const existing = newFoldersOnly ? await catalogue.tablesOf(rules.crawler, rules.prefix) : [];
  const found = scans.flatMap((one) =>
    inferTables(one, existing, configuration).map((table): FoundTable => ({ bucket: one.bucket, table })),
  );
  const { tableThreshold = Number.POSITIVE_INFINITY } = configuration;
  if (found.length > tableThreshold)
    throw invalidInput(
      `The number of tables detected by crawler: ${found.length} is greater than the table threshold value provided: ${tableThreshold}. Resulting tables will not be created/updated.`,
    );
  return { changes: await reconcile(catalogue, found, rules), folders: scans.flatMap(dataFolders) };
}

const dataFolders = ({ bucket, root }: Scan): string[] => [
  ...new Set(
    [...filesUnder(root)].map(({ key }) => `s3://${bucket}/${key.slice(0, key.lastIndexOf("/") + 1)}`),
  ),
];

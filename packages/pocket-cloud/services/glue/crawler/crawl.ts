import type { Crawler, Table } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { GlueStore } from "../store";
import { attach } from "./attach";
import { Catalogue } from "./catalogue";
import { parseConfiguration } from "./configuration";
import { draftsOf } from "./drafts";
import { filesUnder } from "./folders";
import { type Changes, type Found, type Rules, reconcile } from "./reconcile";
import { type Scan, scan } from "./scan";

/** Thrown by a checkpoint when StopCrawler was called. */
export class CrawlStopped extends Error {}

export interface CrawlOutcome {
  readonly changes: Changes;
  /** Locations of the folders that hold data, for a crawler of new folders only. */
  readonly folders: readonly string[];
}

/** One run of a crawler: look at the files, group them into tables, bring the catalogue into line. */
export async function crawl(
  store: GlueStore,
  crawler: Crawler,
  caller: Caller,
  knownFolders: ReadonlySet<string>,
  checkpoint: () => void,
): Promise<CrawlOutcome> {
  const configuration = parseConfiguration(crawler.Configuration);
  const additionsOnly = crawler.RecrawlPolicy?.RecrawlBehavior === "CRAWL_NEW_FOLDERS_ONLY";
  const catalogue = new Catalogue(store.cloud, caller, crawler.DatabaseName ?? "");
  await catalogue.checkDatabase();
  const classifiers = (crawler.Classifiers ?? []).map((name) => {
    const found = store.classifiers.get(name);
    if (!found) throw new AwsError("EntityNotFoundException", `Classifier with name: ${name} not found`);
    return found;
  });
  const rules: Rules = {
    crawler: crawler.Name ?? "",
    prefix: crawler.TablePrefix ?? "",
    policy: crawler.SchemaChangePolicy ?? {},
    configuration,
    additionsOnly,
  };
  const scans: Scan[] = [];
  for (const target of crawler.Targets?.S3Targets ?? []) {
    const skipFolder = (location: string) => additionsOnly && knownFolders.has(location);
    scans.push(await scan({ cloud: store.cloud, caller, classifiers, skipFolder, checkpoint }, target));
  }
  const before = additionsOnly ? await catalogue.tablesOf(rules.crawler, rules.prefix) : [];
  const found = scans.flatMap((one) => foundIn(one, before, rules));
  if (configuration.tableThreshold !== undefined && found.length > configuration.tableThreshold)
    throw new AwsError(
      "InvalidInputException",
      `The number of tables detected by crawler: ${found.length} is greater than the table threshold value provided: ${configuration.tableThreshold}. Resulting tables will not be created/updated.`,
    );
  const changes = await reconcile(catalogue, found, rules);
  return { changes, folders: scans.flatMap(locations) };
}

function foundIn(one: Scan, before: readonly Table[], { configuration }: Rules): Found[] {
  const { attached, rest } = attach(one, before);
  const drafts = draftsOf({ ...one, root: rest }, configuration);
  return [...attached, ...drafts].map((draft) => ({ bucket: one.bucket, draft }));
}

const locations = ({ bucket, root }: Scan): string[] => [
  ...new Set(
    [...filesUnder(root)].map(({ key }) => `s3://${bucket}/${key.slice(0, key.lastIndexOf("/") + 1)}`),
  ),
];

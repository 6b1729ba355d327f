import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, feeds } from "../../data/feeds";
import type { Site } from "../../sql/library/site/model";

/** The file beside the function's code that the stack writes: pages with their reports, feeds, and the pages' script. */
const PACKAGE_FILE = "site.json";

export interface SitePackage {
  readonly site: Site;
  /** Seconds between two events of each deployed feed; null for irregular ones. */
  readonly feeds: Readonly<Record<string, number | null>>;
  readonly script: string;
}

export const readPackage = (folder = __dirname): SitePackage =>
  JSON.parse(readFileSync(join(folder, PACKAGE_FILE), "utf8")) as SitePackage;

/** The deployed feeds with the stack's cadence. */
export const deployedFeeds = (deployed: SitePackage["feeds"]): readonly FeedDefinition[] =>
  Object.entries(deployed).flatMap(([name, cadence]) => {
    const feed = feeds[name];
    if (!feed) return [];
    return cadence === null ? feed : { ...feed, cadenceSeconds: cadence };
  });

import type { Cells } from "../../data/cells";
import type { Site, SitePage } from "../../sql/library/site/model";
import type { RenderColumn } from "../render/model";

/** The result of a page's report. */
export interface PageResult {
  readonly page: SitePage;
  readonly columns: readonly RenderColumn[];
  readonly rows: readonly Cells[];
  /** Whether the result has more rows than were read. */
  readonly truncated: boolean;
  /** Parameters and their values. */
  readonly facts: readonly (readonly [string, string])[];
  /** What may be missing. */
  readonly warnings: readonly string[];
  readonly freshness?: Freshness;
}

export interface Freshness {
  /** "2026-03-02 11h": hour of the newest partition, UTC. */
  readonly newestHour: string;
  /** When the newest object was written, in milliseconds. */
  readonly writtenAt?: number;
}

/** A page whose query failed keeps its earlier version. */
export interface FailedPage {
  readonly page: SitePage;
  readonly failed: true;
}

export type Outcome = PageResult | FailedPage;

export const isResult = (outcome: Outcome): outcome is PageResult => !("failed" in outcome);

/** An alert as the site and its feed show it. */
export interface SiteAlert {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly severity: string;
  /** ISO 8601. */
  readonly time: string;
  /** File of a page of the site. */
  readonly file?: string;
}

/** Everything that one publication shows. */
export interface Edition {
  readonly site: Site;
  readonly outcomes: readonly Outcome[];
  /** The newest first. */
  readonly alerts: readonly SiteAlert[];
  /** Milliseconds. */
  readonly publishedAt: number;
  /** Address of the site, for the feed; it has no addresses without. */
  readonly url?: string;
  /** The pages' script, as `bundleScript` builds it. */
  readonly script: string;
}

export interface SiteFile {
  readonly path: string;
  readonly body: string;
  readonly contentType: string;
}

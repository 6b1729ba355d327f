import type { Report } from "../model";
import type { Condition } from "./condition";

/** The published site: the validated content of sql/site.yaml with its reports. Plain data, so that it can be stored as JSON. */
export interface Site {
  readonly title: string;
  readonly description: string;
  /** In the order of the home page. */
  readonly pages: readonly SitePage[];
}

export interface SitePage {
  /** Name of the page's file without .html. Pages of single values are in a folder of this name. */
  readonly path: string;
  readonly title: string;
  readonly report: Report;
  /** Values of the report's parameters as text; the others have their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** A text column: each of its values gets a page of its own with its rows. */
  readonly split?: string;
  readonly when?: Condition;
  readonly deliver?: Delivery;
}

/** Sends a page to channels when its condition holds. */
export interface Delivery {
  /** Channels by name: "alerts" is the SNS topic, others are webhooks of the environment. */
  readonly to: readonly string[];
  /** While the condition holds, the next message follows after this time. */
  readonly everySeconds: number;
}

/** The channel that every environment has: the SNS topic for alerts. */
export const TOPIC_CHANNEL = "alerts";

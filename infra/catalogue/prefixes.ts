import { historyFolder } from "../../data/history/layout";
import { type RawFormat, rawFolder } from "../../data/names";

/**
 * Prefixes in the lake. Firehose formats UTC times with Java's DateTimeFormatter: yyyy is the calendar year (YYYY is the
 * week-based year), HH is the hour 00 to 23 (hh is 01 to 12).
 */
const DAY = "dt=!{timestamp:yyyy-MM-dd}/";

const BY_ARRIVAL = `${DAY}hour=!{timestamp:HH}/`;
/** By event time, which Firehose extracts from each record with jq. */
const BY_EVENT_TIME = "dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/";

export const rawPrefix = (feed: string, format: RawFormat): string =>
  `raw/${rawFolder(feed, format)}/${format === "event-time" ? BY_EVENT_TIME : BY_ARRIVAL}`;

export const errorPrefix = (feed: string): string => `errors/${feed}/!{firehose:error-output-type}/${DAY}`;

/** A folder of a feed with partitions by day. Refused rows are few and not divided by hour. */
export interface Layer {
  readonly folder: string;
  readonly byHour: boolean;
  readonly byErrorType: boolean;
  /** Whether each day has a folder per run of the compaction. */
  readonly byRun: boolean;
}

export const csvLayer = (feed: string): Layer => layer(`csv/${feed}/`, { byHour: true });
export const rawLayer = (feed: string, format: RawFormat): Layer =>
  layer(`raw/${rawFolder(feed, format)}/`, { byHour: true });
export const quarantineLayer = (feed: string): Layer => layer(`quarantine/${feed}/`);
export const historyLayer = (feed: string): Layer => layer(historyFolder(feed));
export const runsLayer = (feed: string): Layer => layer(historyFolder(feed), { byRun: true });
export const errorsLayer = (feed: string): Layer => layer(`errors/${feed}/`, { byErrorType: true });

const layer = (folder: string, parts: Partial<Layer> = {}): Layer => ({
  byHour: false,
  byErrorType: false,
  byRun: false,
  ...parts,
  folder,
});

export const layerLocation = (bucket: string, { folder }: Layer): string => `s3://${bucket}/${folder}`;

/** Athena replaces the placeholders by the projected values. */
export const partitionTemplate = (bucket: string, layer: Layer): string =>
  layerLocation(bucket, layer) +
  (layer.byErrorType ? `${placeholder("errortype")}/` : "") +
  `dt=${placeholder("dt")}/` +
  (layer.byHour ? `hour=${placeholder("hour")}/` : "") +
  (layer.byRun ? `${placeholder("run")}/` : "");

const placeholder = (name: string): string => `\${${name}}`;

/**
 * Prefixes in the lake. Firehose formats UTC times with Java's DateTimeFormatter: yyyy is the calendar year (YYYY is the
 * week-based year), HH is the hour 00 to 23 (hh is 01 to 12).
 */
const DAY = "dt=!{timestamp:yyyy-MM-dd}/";

export const rawPrefix = (feed: string): string => `raw/${feed}/${DAY}hour=!{timestamp:HH}/`;

/** By event time, which Firehose extracts from each record with jq. */
export const eventTimePrefix = (feed: string): string =>
  `raw/${feed}/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/`;

export const errorPrefix = (feed: string): string => `errors/${feed}/!{firehose:error-output-type}/${DAY}`;

export type Layer = "csv" | "raw" | "quarantine" | "errors";

export const layerLocation = (bucket: string, layer: Layer, feed: string): string =>
  `s3://${bucket}/${layer}/${feed}/`;

/** Athena replaces the placeholders by the projected values. Refused rows are few and partitioned by day only. */
export const partitionTemplate = (bucket: string, layer: Layer, feed: string): string =>
  layerLocation(bucket, layer, feed) +
  (layer === "errors" ? `${placeholder("errortype")}/` : "") +
  `dt=${placeholder("dt")}/` +
  (layer === "csv" || layer === "raw" ? `hour=${placeholder("hour")}/` : "");

const placeholder = (name: string): string => `\${${name}}`;

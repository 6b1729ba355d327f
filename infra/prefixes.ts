/**
 * Folders of the lake. Firehose formats with Java's DateTimeFormatter: yyyy is the year (YYYY would be the week's),
 * HH the hour of 24 (hh would be of 12), and dates are UTC.
 */
const DAY = "dt=!{timestamp:yyyy-MM-dd}/";

export const rawPrefix = (feed: string): string => `raw/${feed}/${DAY}hour=!{timestamp:HH}/`;

/** By the event's own time; what jq finds in a record names its folder. */
export const eventTimePrefix = (feed: string): string =>
  `raw/${feed}/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/`;

export const errorPrefix = (feed: string): string => `errors/${feed}/!{firehose:error-output-type}/${DAY}`;

export type Layer = "csv" | "raw" | "quarantine";

export const layerLocation = (bucket: string, layer: Layer, feed: string): string =>
  `s3://${bucket}/${layer}/${feed}/`;

/** Athena fills in the projected partition columns; refused rows are few and lie by day. */
export const partitionTemplate = (bucket: string, layer: Layer, feed: string): string =>
  `${layerLocation(bucket, layer, feed)}dt=\${dt}/${layer === "quarantine" ? "" : `hour=\${hour}/`}`;

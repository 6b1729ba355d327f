/**
 * Folders of the lake. Firehose formats with Java's DateTimeFormatter: yyyy is the year (YYYY would be the week's),
 * HH the hour of 24 (hh would be of 12), and dates are UTC.
 */
const DAY = "dt=!{timestamp:yyyy-MM-dd}/";

export const rawPrefix = (feed: string): string => `raw/${feed}/${DAY}hour=!{timestamp:HH}/`;

export const errorPrefix = (feed: string): string => `errors/${feed}/!{firehose:error-output-type}/${DAY}`;

export type Layer = "csv" | "raw";

export const layerLocation = (bucket: string, layer: Layer, feed: string): string =>
  `s3://${bucket}/${layer}/${feed}/`;

/** Athena fills in the projected partition columns. */
export const partitionTemplate = (bucket: string, layer: Layer, feed: string): string =>
  `${layerLocation(bucket, layer, feed)}dt=\${dt}/hour=\${hour}/`;

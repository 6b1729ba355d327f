/**
 * Key of a CSV object. `sequence` is the first record that contributed, so that a retry overwrites the
 * object.
 */
export const csvKey = (
  feed: string,
  dt: string,
  hour: string,
  shardId: string,
  sequence: string,
  gzip = false,
): string => `csv/${feed}/dt=${dt}/hour=${hour}/${shardId}-${sequence}.csv${gzip ? ".gz" : ""}`;

/** Key of a quarantine object, named by the source record, so that a retry overwrites the object. */
export const quarantineKey = (feed: string, dt: string, source: string): string =>
  `quarantine/${feed}/dt=${dt}/${source}.json`;

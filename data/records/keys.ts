/** The event-time CSV object of one batch and hour; the first contributing sequence number makes a retry overwrite. */
export const csvKey = (
  feed: string,
  dt: string,
  hour: string,
  shardId: string,
  sequence: string,
  gzip = false,
): string => `csv/${feed}/dt=${dt}/hour=${hour}/${shardId}-${sequence}.csv${gzip ? ".gz" : ""}`;

/** Rows a function refused; named by what they came from, so that a retry overwrites. */
export const quarantineKey = (feed: string, dt: string, source: string): string =>
  `quarantine/${feed}/dt=${dt}/${source}.json`;

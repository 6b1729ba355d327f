/** Folder of a day's runs in history/. */
export const historyFolder = (feed: string): string => `history/${feed}/`;

/** Folder of one run of a day. Each compaction of a day writes a folder of its own. */
export const runFolder = (feed: string, day: string, run: string): string =>
  `${historyFolder(feed)}dt=${day}/${run}/`;

/** The csv/ objects that a run has read. Athena ignores names that begin with an underscore. */
export const inputsKey = (feed: string, day: string, run: string): string =>
  `${runFolder(feed, day, run)}_inputs.json.gz`;

/** The lease of the compaction that works on a feed. */
export const leaseKey = (feed: string): string => `${historyFolder(feed)}_lease.json`;

/** Parameter of the view in the catalogue: the days that it reads from history. */
export const HISTORY_DAYS = "pricelake.history_days";

/** Parameters of a partition of `<feed>_history`. */
export const RUN = "pricelake.run";
export const INPUTS = "pricelake.inputs";
export const ROWS = "pricelake.rows";

/** Tag of objects that the lake no longer reads; a lifecycle rule expires them. */
export const EXPIRE_TAG = { Key: "pricelake-expire", Value: "true" } as const;

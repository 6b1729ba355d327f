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

/** Begins the key of a run's input that is no object of csv/: a file that was imported. */
export const IMPORTED = "import:";

/** Marks a run whose csv/ objects have been tagged to expire. */
export const taggedKey = (feed: string, day: string, run: string): string =>
  `${runFolder(feed, day, run)}_tagged`;

/** The days that the view reads from history, with their runs: for readers without the catalogue. */
export const daysKey = (feed: string): string => `${historyFolder(feed)}_days.json`;

/** A day in `_days.json`. */
export interface ShownDay {
  /** The folder of the day's objects: history/<feed>/dt=<day>/<run>/. */
  readonly run: string;
  readonly rows: number;
  /** The hours that have rows, "00 01 23"; "" when they are not known. */
  readonly hours: string;
}

/** The content of `_days.json`, by day. */
export type ShownDays = Readonly<Record<string, ShownDay>>;

/** Parameter of the view in the catalogue: the days that it reads from history. */
export const HISTORY_DAYS = "pricelake.history_days";

/** Parameters of a partition of `<feed>_history`. */
export const RUN = "pricelake.run";
export const INPUTS = "pricelake.inputs";
export const ROWS = "pricelake.rows";
export const HOURS = "pricelake.hours";

/** Tag of objects that no view reads any more. The lifecycle rules below expire them. */
export const EXPIRE_TAG = { Key: "pricelake-expire", Value: "true" } as const;

/** IDs of the lake's lifecycle rules for tagged objects. */
export const EXPIRE_CSV = "expire-compacted-csv";
export const EXPIRE_RUNS = "expire-replaced-runs";

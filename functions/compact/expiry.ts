import type { DayRange } from "../../data/history/days";
import { daysIn } from "../../data/history/days";
import type { ShownDays } from "../../data/history/layout";
import { type CsvObject, compareObjects, type HistoryDay } from "./step";

/** A folder of a run in history/. */
export interface RunFolder {
  readonly day: string;
  readonly run: string;
  readonly keys: readonly string[];
  readonly bytes: number;
  /** When its newest object was written. */
  readonly modified: number;
  /** When its list of objects was saved, after its verification; undefined before. */
  readonly verified: number | undefined;
  /** When the csv/ objects of the day were tagged; undefined before. */
  readonly tagged: number | undefined;
}

/** Lifecycle rules of the lake's bucket for tagged objects. Objects are tagged only if a rule would expire them. */
export interface ExpiryRules {
  /** Days after which tagged objects of csv/ expire, counted from their writing. */
  readonly csvDays: number | undefined;
  readonly runs: boolean;
}

export interface ExpiryStore {
  rules(): Promise<ExpiryRules>;
  tag(keys: readonly string[]): Promise<void>;
  untag(keys: readonly string[]): Promise<void>;
  /** Remembers that the csv/ objects of a run have been tagged. */
  markTagged(day: string, run: string): Promise<void>;
  /** Writes `_days.json` unless it has this content. */
  saveDays(days: ShownDays): Promise<void>;
}

interface ExpiringLake {
  csvObjects(day: string): Promise<readonly CsvObject[]>;
  inputsOf(day: string, run: string): Promise<readonly CsvObject[]>;
  partitions(): Promise<ReadonlyMap<string, HistoryDay>>;
  shownDays(): Promise<readonly DayRange[]>;
  runFolders(): Promise<readonly RunFolder[]>;
  readonly expiry: ExpiryStore;
}

interface ExpiryOptions {
  readonly now: number;
  /** Days that have objects in csv/. */
  readonly csvDays: ReadonlySet<string>;
  readonly hasTime: () => boolean;
  /** Called before each change. */
  readonly renew: () => Promise<void>;
}

const DAY_MS = 86_400_000;
/** A query of Athena runs for at most 30 minutes by default, and may still read a run that was replaced. */
const REPLACED_FOR_MS = DAY_MS;
/** Objects that should have expired are tagged again after so long: a retry of a batch may have overwritten one. */
const OVERDUE_MS = 7 * DAY_MS;

/**
 * Tags what no view reads any more: the csv/ objects of days that the view reads from history, and runs that were
 * replaced or never verified. What the view reads is read here again, so it is seen before anything is tagged.
 */
export async function expireReplaced(lake: ExpiringLake, options: ExpiryOptions): Promise<void> {
  const [partitions, shown, folders, rules] = await Promise.all([
    lake.partitions(),
    lake.shownDays().then((ranges) => new Set(daysIn(ranges))),
    lake.runFolders(),
    lake.expiry.rules(),
  ]);
  const visible = [...partitions].filter(([day]) => shown.has(day)).sort(([a], [b]) => (a < b ? -1 : 1));
  await lake.expiry.saveDays(
    Object.fromEntries(visible.map(([day, { run, rows, hours }]) => [day, { run, rows, hours }])),
  );
  const folderOf = new Map(folders.map((folder) => [`${folder.day} ${folder.run}`, folder]));
  if (rules.csvDays !== undefined)
    for (const [day, { run }] of visible) {
      if (!options.hasTime()) return;
      if (options.csvDays.has(day))
        await expireCsv(lake, options, rules.csvDays, day, run, folderOf.get(`${day} ${run}`));
    }
  if (rules.runs) await expireRuns(lake, options, partitions, folders);
}

/** Tags the csv/ objects of a day if its run has read them all. */
async function expireCsv(
  lake: ExpiringLake,
  { now, renew }: ExpiryOptions,
  expiryDays: number,
  day: string,
  run: string,
  folder: RunFolder | undefined,
): Promise<void> {
  const tagged = folder?.tagged;
  if (tagged !== undefined && tagged > now - OVERDUE_MS) return;
  const inputs = await lake.inputsOf(day, run);
  const objects = await lake.csvObjects(day);
  if (compareObjects(objects, inputs).fresh.length > 0) return;
  const isDue = ({ modified }: CsvObject) => modified < now - expiryDays * DAY_MS - OVERDUE_MS;
  const due = tagged === undefined ? objects : objects.filter(isDue);
  if (due.length === 0) return;
  await renew();
  await lake.expiry.tag(due.map(({ key }) => key));
  // An object that was overwritten between the listing and its tag has rows that the run may lack.
  const { fresh } = compareObjects(await lake.csvObjects(day), inputs);
  await lake.expiry.untag(fresh.map(({ key }) => key));
  await lake.expiry.markTagged(day, run);
}

/** Tags the runs of a day besides that of its partition. A day without a partition keeps all of its runs. */
async function expireRuns(
  lake: ExpiringLake,
  { now, renew }: ExpiryOptions,
  partitions: ReadonlyMap<string, HistoryDay>,
  folders: readonly RunFolder[],
): Promise<void> {
  const isOld = ({ modified }: RunFolder) => modified <= now - REPLACED_FOR_MS;
  const current = new Map(
    folders.filter(({ day, run }) => partitions.get(day)?.run === run).map((folder) => [folder.day, folder]),
  );
  const replaced = folders.filter((folder) => {
    const present = current.get(folder.day);
    return present !== undefined && present !== folder && isOld(present) && isOld(folder);
  });
  if (replaced.length === 0) return;
  await renew();
  await lake.expiry.tag(replaced.flatMap(({ keys }) => keys));
}

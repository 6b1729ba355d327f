import type { DayRange } from "../../data/history/days";
import type { ExpiryStore, RunFolder } from "./expiry";
import type { LeaseOptions, LeaseStore } from "./lease";
import type { CsvObject, HistoryDay, Step } from "./step";

/** What the compaction of a feed needs of S3, Glue and Athena. */
export interface Lake {
  readonly database: string;
  /** The days that have objects in csv/. A year of objects would not fit into memory. */
  csvDays(): Promise<ReadonlyMap<string, CsvDay>>;
  csvObjects(day: string): Promise<readonly CsvObject[]>;
  /** The partitions of `<feed>_history`, by day. */
  partitions(): Promise<ReadonlyMap<string, HistoryDay>>;
  /** The location of a run's folder. */
  locationOf(day: string, run: string): string;
  inputsOf(day: string, run: string): Promise<readonly CsvObject[]>;
  saveInputs(day: string, run: string, inputs: readonly CsvObject[]): Promise<void>;
  /** Runs a statement and returns the rows of its result. */
  query(sql: string): Promise<readonly (readonly string[])[]>;
  /** Creates a day's partition or switches it to another run, in one call. */
  switchPartition(day: string, history: HistoryDay): Promise<void>;
  /** The days that the view reads from history. */
  shownDays(): Promise<readonly DayRange[]>;
  /** Writes the view with these days, unless it has changed since it was read. Returns whether it was written. */
  showDays(change: (shown: readonly DayRange[]) => readonly DayRange[]): Promise<void>;
  /** The folders of all runs. */
  runFolders(): Promise<readonly RunFolder[]>;
  readonly expiry: ExpiryStore;
  readonly lease: LeaseStore;
}

/** The objects of a day in csv/ together. */
export interface CsvDay {
  readonly digest: string;
  readonly bytes: number;
}

export interface Options extends LeaseOptions {
  /** A name that no other run of the day has. */
  readonly newRun: () => string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whether there is time to begin another day. */
  readonly hasTime?: () => boolean;
  readonly dryRun?: boolean | undefined;
  readonly onDay?: (result: DayResult) => void;
}

export interface DayResult {
  readonly day: string;
  /**
   * compacted: verified and switched. shown: only the view was behind. restored: its partition was lost, and its run was
   * still there. hidden: its partition was lost, so that the view reads csv/ again, and the next run compacts it. postponed:
   * rows arrived meanwhile.
   */
  readonly outcome: "compacted" | "shown" | "restored" | "hidden" | "postponed" | "failed" | "planned";
  readonly rows: number;
  readonly reason: string;
}

export interface Result {
  readonly days: readonly DayResult[];
  /** Closed days that the view does not read from a run with all their rows. */
  readonly behind: number;
}

export interface PlannedDay {
  readonly day: string;
  readonly step: Step;
  readonly history: HistoryDay | undefined;
  /** Whether the view reads the day from history. */
  readonly shown: boolean;
  readonly csvBytes: number;
  /** Bytes of its present run. */
  readonly historyBytes: number;
}

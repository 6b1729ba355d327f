import type { FeedDefinition } from "../../data/feeds";
import { checksumSql } from "../../data/history/checksum";
import { boundariesOf, filesOf } from "../../data/history/key-ranges";
import { DayWriter, failed, NotVerified } from "./day-writer";
import { expireReplaced } from "./expiry";
import { type ImportDay, inputOf, type SortedDay, sortDays } from "./import-days";
import { bytesRead, findBoundaries } from "./key-ranges";
import { type Lease, withLease } from "./lease";
import type { Lake, Options } from "./model";
import { inParallel } from "./parallel";
import { restore } from "./restore";
import { compareObjects, digestOf } from "./step";
import { changeView } from "./view";

export interface ImportLake extends Lake {
  /** Writes Parquet to the folder of a run. */
  writeRows(day: string, run: string, parquet: Uint8Array): Promise<void>;
}

export interface ImportOptions extends Options {
  /** The rows of a day as Parquet, with the columns of `<feed>_history`. */
  readonly parquetOf: (day: string) => Promise<Uint8Array>;
  readonly onImported?: (result: ImportResult) => void;
}

/**
 * new: the day had no rows. merged: joined with the rows that the lake had. unchanged: imported before. open: the day is
 * not over. postponed: rows arrive while it is merged. With a dry run, what it would be.
 */
export type ImportOutcome = "new" | "merged" | "unchanged" | "open" | "postponed" | "failed";

export interface ImportResult {
  readonly day: string;
  readonly outcome: ImportOutcome;
  /** Rows of the files. */
  readonly rows: number;
  readonly reason: string;
}

/** Days that have no rows yet are verified by one statement, and shown by one change of the view. */
const DAYS_AT_ONCE = 50;
/** Uploads, and calls to the catalogue, at a time. */
const WIDTH = 8;

/**
 * Imports days into history, oldest first. A day without rows gets the imported Parquet as its run. A day with rows in csv/ or
 * history gets a run of both, by the contract's preference, as the compaction writes it. Each run is verified before a
 * query sees it. Killed at any point, each day is as before or as after, and the same import does the rest.
 */
export async function importDays(
  feed: FeedDefinition,
  lake: ImportLake,
  days: readonly ImportDay[],
  options: ImportOptions,
): Promise<readonly ImportResult[]> {
  if (days.length === 0) return [];
  if (options.dryRun) {
    const results = (await sortDays(lake, days, options)).map(({ day, rows, kind }) => ({
      day,
      outcome: kind === "show" ? ("unchanged" as const) : kind,
      rows,
      reason: "",
    }));
    for (const each of results) options.onImported?.(each);
    return results;
  }
  return withLease(lake.lease, options, (lease) => new Import(feed, lake, options, lease).run(days));
}

/** The rows that a day had before the import decide how its new run is split. */
const toSplit = (each: SortedDay) => {
  const source = { history: each.history !== undefined };
  return { day: each.day, source, bytes: bytesRead(source, each) };
};

class Import {
  readonly #results: ImportResult[] = [];
  readonly #writer: DayWriter;

  constructor(
    private readonly feed: FeedDefinition,
    private readonly lake: ImportLake,
    private readonly options: ImportOptions,
    private readonly lease: Lease,
  ) {
    this.#writer = new DayWriter(feed, lake, options, lease);
  }

  async run(days: readonly ImportDay[]): Promise<readonly ImportResult[]> {
    const sorted = await this.#restoreLost(await sortDays(this.lake, days, this.options));
    const ofKind = (kind: SortedDay["kind"]) => sorted.filter((each) => each.kind === kind);
    for (const { day, rows } of ofKind("open"))
      this.#report({ day, outcome: "open", rows, reason: "the day is not over; import it again then" });
    await this.#show(ofKind("show"));
    for (const { day, rows } of [...ofKind("unchanged"), ...ofKind("show")])
      this.#report({ day, outcome: "unchanged", rows, reason: "" });
    const fresh = ofKind("new");
    for (let at = 0; at < fresh.length && this.#hasTime(); at += DAYS_AT_ONCE)
      await this.#importNew(fresh.slice(at, at + DAYS_AT_ONCE));
    const merged = ofKind("merged").map((each) => ({ each, ...toSplit(each) }));
    const boundaries = this.#hasTime() ? await findBoundaries(this.feed, this.lake, merged) : [];
    for (const { each, bytes } of merged)
      if (this.#hasTime()) await this.#merge(each, boundariesOf(filesOf(this.feed, bytes), boundaries));
    if (this.#hasTime()) await this.#finish();
    return this.#results;
  }

  async #restoreLost(sorted: readonly SortedDay[]): Promise<readonly SortedDay[]> {
    const withoutPartition = sorted.filter(({ lost }) => lost !== undefined);
    for (const { day, lost = "" } of withoutPartition) {
      const { outcome, reason } = await restore(this.feed, this.lake, this.lease, day, lost);
      if (outcome === "failed") throw new Error(`${day}: ${reason}`);
    }
    if (withoutPartition.length === 0) return sorted;
    const partitions = await this.lake.partitions();
    return sorted.map((each) => ({ ...each, history: partitions.get(each.day) }));
  }

  /** Imports days that have no rows. */
  async #importNew(days: readonly SortedDay[]): Promise<void> {
    const run = this.options.newRun();
    await this.lease.renew();
    await inParallel(days, WIDTH, async ({ day }) => {
      if (this.#hasTime()) await this.lake.writeRows(day, run, await this.options.parquetOf(day));
    });
    if (!this.#hasTime()) return;
    await this.lease.renew();
    const sql = checksumSql(
      this.feed,
      this.lake.database,
      run,
      days.map(({ day }) => day),
    );
    const written = new Map((await this.lake.query(sql)).map(([day = "", ...counts]) => [day, counts]));
    await this.lease.renew();
    const shown: SortedDay[] = [];
    await inParallel(days, WIDTH, async (each) => {
      const { day, rows, hours, checksum } = each;
      try {
        const [count = "0", sum = ""] = written.get(day) ?? [];
        if (count !== String(rows) || sum !== String(checksum))
          throw new NotVerified(
            `the run has ${count} rows, not the ${rows} rows of the files; nothing was imported`,
          );
        await this.lake.saveInputs(day, run, [inputOf(each)]);
        await this.lake.switchPartition(day, { run, inputs: digestOf([]), rows, hours });
        shown.push(each);
      } catch (error) {
        this.#report({ ...failed(day, error), outcome: "failed" });
      }
    });
    await this.#show(shown);
    for (const { day, rows } of shown.sort((a, b) => (a.day < b.day ? -1 : 1)))
      this.#report({ day, outcome: "new", rows, reason: "" });
  }

  /** Imports a day that has rows: its new run is made of them and the imported ones. */
  async #merge(each: SortedDay, boundaries: readonly string[]): Promise<void> {
    const { day, rows, hours, history } = each;
    const imported = this.options.newRun();
    const read = history ? await this.lake.inputsOf(day, history.run) : [];
    const present = await this.lake.csvObjects(day);
    const { fresh, gone } = compareObjects(present, read);
    await this.lease.renew();
    await this.lake.writeRows(day, imported, await this.options.parquetOf(day));
    const toWrite = {
      day,
      history,
      reason: "",
      fresh: fresh.map(({ key }) => key),
      gone: [...gone, inputOf(each)],
      boundaries,
      hours,
    };
    const [result] = await this.#writer.write({ history: history !== undefined, imported }, [toWrite]);
    if (!result) throw new Error(`${day} has no result`);
    if (result.outcome === "compacted") await this.#show([each]);
    const outcome =
      result.outcome === "compacted" ? "merged" : result.outcome === "postponed" ? "postponed" : "failed";
    this.#report({ day, outcome, rows, reason: result.reason });
  }

  async #show(days: readonly SortedDay[]): Promise<void> {
    await changeView(
      this.lake,
      this.lease,
      days.map(({ day }) => day),
      [],
    );
  }

  /** Lists the days for readers without the catalogue, and expires what was replaced. */
  async #finish(): Promise<void> {
    const csvDays = new Set((await this.lake.csvDays()).keys());
    const renew = () => this.lease.renew();
    await expireReplaced(this.lake, {
      now: this.options.now(),
      csvDays,
      hasTime: () => this.#hasTime(),
      renew,
    });
  }

  #hasTime(): boolean {
    return this.options.hasTime?.() ?? true;
  }

  #report(result: ImportResult): void {
    this.#results.push(result);
    this.options.onImported?.(result);
  }
}

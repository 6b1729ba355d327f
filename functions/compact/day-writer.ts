import type { FeedDefinition } from "../../data/feeds";
import type { Source } from "../../data/history/source";
import { unloadSql, verifySql } from "../../data/history/sql";
import { type Lease, LeaseHeld } from "./lease";
import type { DayResult, Lake, Options, PlannedDay } from "./model";
import { atMost, inParallel } from "./parallel";
import { type CsvObject, digestOf, hoursOf, type Step } from "./step";

function unlessLeaseHeld(error: unknown): undefined {
  if (error instanceof LeaseHeld) throw error;
}

export function failed(day: string, error: unknown): DayResult {
  if (error instanceof LeaseHeld) throw error;
  return { day, outcome: "failed", rows: 0, reason: error instanceof Error ? error.message : String(error) };
}

export type DayToWrite = Omit<Extract<Step, { kind: "write" }>, "kind" | "source"> &
  Pick<PlannedDay, "day" | "history"> & {
    /** Keys at which its run is split into files. */
    readonly boundaries: readonly string[];
    /** Hours of rows that are neither in csv/ nor in history. */
    readonly hours?: string;
  };

/** A day whose csv/ changes while it is read is tried again once; else the next run takes it. */
const ATTEMPTS = 2;
/** Calls for days that a statement has verified, at a time. */
const WIDTH = 4;

/** A third one would take the embedded cloud some 20 MB more. */
const STATEMENTS_AT_ONCE = 2;

/** Writes days, verifies them and switches their partitions. The view is not changed. */
export class DayWriter {
  /** A verification holds the rows of its days in memory, so there is one at a time. */
  readonly #verification = atMost(1);
  readonly #lake: Lake;

  constructor(
    private readonly feed: FeedDefinition,
    lake: Lake,
    private readonly options: Options,
    private readonly lease: Lease,
  ) {
    const statement = atMost(STATEMENTS_AT_ONCE);
    // A statement may have waited for others since its day's last call.
    const query: Lake["query"] = (sql) => statement(() => lease.keep().then(() => lake.query(sql)));
    this.#lake = { ...lake, query };
  }

  /** Verifies the days together. Days for which there is no time after the first have no result. */
  async write(source: Source, planned: readonly DayToWrite[]): Promise<readonly DayResult[]> {
    const results: DayResult[] = [];
    let left = planned;
    for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt++) {
      const writing = new DaysBeingWritten(this.feed, this.#lake, this.lease, source, this.options.newRun());
      await writing.write(left, attempt === 1 ? this.options.hasTime : undefined);
      await writing.verify(this.#verification);
      results.push(...writing.results);
      left = writing.changed;
    }
    const reason = "rows arrive while it is compacted";
    for (const { day } of left) results.push({ day, outcome: "postponed", rows: 0, reason });
    return results;
  }
}

interface WrittenDay extends DayToWrite {
  /** Its objects before they were read. */
  readonly inputs: readonly CsvObject[];
}

/** A run of some days: each one's own folder, and one statement that verifies all of them. */
class DaysBeingWritten {
  readonly results: DayResult[] = [];
  /** Days whose objects changed meanwhile. */
  readonly changed: DayToWrite[] = [];
  readonly #written: WrittenDay[] = [];

  constructor(
    private readonly feed: FeedDefinition,
    private readonly lake: Lake,
    private readonly lease: Lease,
    private readonly source: Source,
    private readonly run: string,
  ) {}

  async write(days: readonly DayToWrite[], hasTime = () => true): Promise<void> {
    for (const [i, each] of days.entries()) {
      if (i > 0 && !hasTime()) return;
      await this.#orFailed(each, async () => {
        const { day, boundaries } = each;
        // A run that was killed may have tagged an object that was overwritten meanwhile.
        await this.lake.expiry.untag(each.fresh);
        const inputs = await this.lake.csvObjects(day);
        const location = this.lake.locationOf(day, this.run);
        await this.lake.query(
          unloadSql(this.feed, this.lake.database, day, this.source, location, boundaries),
        );
        this.#written.push({ ...each, inputs });
      });
    }
  }

  async verify(inTurn: ReturnType<typeof atMost>): Promise<void> {
    const compare = (days: readonly WrittenDay[]) => inTurn(() => this.#compare(days));
    // When the days are too much for one statement, each is verified alone.
    const together = this.#written.length > 1 && (await compare(this.#written).catch(unlessLeaseHeld));
    await inParallel(this.#written, WIDTH, (each) =>
      this.#orFailed(each, async () => {
        const compared = together || (await compare([each]));
        await this.#switch(each, compared.get(each.day) ?? []);
      }),
    );
  }

  /** By day: rows of the source, rows of the run, rows that differ, distinct keys of the run. */
  async #compare(days: readonly WrittenDay[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const names = days.map(({ day }) => day);
    const sql = verifySql(this.feed, this.lake.database, names, this.source, this.run);
    const rows = await this.lake.query(sql);
    return new Map(rows.map(([day = "", ...counts]) => [day, counts.map(Number)]));
  }

  /** Makes a verified day's run visible, with its last call. */
  async #switch(each: WrittenDay, compared: readonly number[]): Promise<void> {
    const { day, history, gone, inputs, hours: added = "" } = each;
    const after = await this.lake.csvObjects(day);
    const digest = digestOf(inputs);
    // Both statements have read the same objects only if the objects are the same before and after.
    if (digestOf(after) !== digest) {
      this.changed.push(each);
      return;
    }
    const rows = verified(compared);
    // The run has the rows of objects that are gone too. Only history has them, so every later run must read history.
    await this.lake.saveInputs(day, this.run, [...gone, ...inputs]);
    await this.lease.keep();
    const hours = hoursOf(inputs, `${this.source.history ? (history?.hours ?? "") : ""} ${added}`);
    await this.lake.switchPartition(day, { run: this.run, inputs: digest, rows, hours });
    this.results.push({ day, outcome: "compacted", rows, reason: "" });
  }

  async #orFailed({ day }: DayToWrite, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.results.push(failed(day, error));
    }
  }
}

export class NotVerified extends Error {
  override readonly name = "NotVerified";
}

/** The number of rows, when source and run agree. */
function verified(compared: readonly number[]): number {
  const [sourceRows, runRows, different, runKeys] = compared;
  const agree = runRows !== undefined && different === 0 && sourceRows === runRows && runRows === runKeys;
  // A join of two rows of csv/ with the two that the run made of them gives four.
  if (different === 0 && Number(runKeys) < Number(runRows) && Number(sourceRows) > Number(runRows))
    throw new NotVerified(
      `the run has ${runRows} rows with ${runKeys} keys: some rows of csv/ have keys that differ as text only, such as 2.5 ` +
        "and 2.50; the day stays as it was",
    );
  if (!agree)
    throw new NotVerified(
      `the run is not what it was made of: ${runRows} rows with ${runKeys} keys for ${sourceRows} rows, ` +
        `${different} rows differ; the day stays as it was`,
    );
  return runRows;
}

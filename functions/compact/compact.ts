import type { FeedDefinition } from "../../data/feeds";
import { daysIn, rangesOf } from "../../data/history/days";
import { boundariesOf, filesOf } from "../../data/history/key-ranges";
import { DayWriter } from "./day-writer";
import { expireReplaced, type RunFolder } from "./expiry";
import { groupsOf } from "./groups";
import { bytesRead, findBoundaries } from "./key-ranges";
import { Lease, LeaseHeld } from "./lease";
import type { DayResult, Lake, Options, PlannedDay, Result } from "./model";
import { atMost, inParallel } from "./parallel";
import { isClosed, type Step, stepFor } from "./step";
import { RESTORED, restore } from "./restore";

/** A lease outlasts a statement, which begins a minute after its last renewal at most. */
const LEASE_MS = 10 * 60_000;
/** New days are shown when there are so many, and at the end, so that a long run that is cut off has not worked for nothing. */
const DAYS_PER_SWITCH = 20;
/** While days of one group are listed and switched, statements of others run. */
const GROUPS_AT_ONCE = 3;

/** Compacts all closed days of a feed that need it, oldest first. One failing day does not stop the others. */
export async function compactFeed(feed: FeedDefinition, lake: Lake, options: Options): Promise<Result> {
  if (options.dryRun) return planOnly(lake, options);
  return withLease(lake, options, (lease) => compactDays(feed, lake, options, lease));
}

/** Does work while no other compaction or import works on the feed. */
export async function withLease<T>(
  lake: Lake,
  { owner, isDead, now, leaseMilliseconds = LEASE_MS }: Options,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await Lease.take(lake.lease, owner, leaseMilliseconds, now, isDead);
  try {
    return await work(lease);
  } finally {
    await lease.release().catch((error: unknown) => {
      if (!(error instanceof LeaseHeld)) throw error;
    });
  }
}

export interface Plan {
  readonly days: readonly PlannedDay[];
  /** Days that have objects in csv/. */
  readonly csvDays: ReadonlySet<string>;
}

export async function plan(lake: Lake, { now, from, to }: Options): Promise<Plan> {
  const [csv, partitions, shown, folders] = await Promise.all([
    lake.csvDays(),
    lake.partitions(),
    lake.shownDays().then((ranges) => new Set(daysIn(ranges))),
    lake.runFolders(),
  ]);
  const verified = newestVerified(folders);
  const sizes = new Map(folders.map(({ day, run, bytes }) => [`${day} ${run}`, bytes]));
  const days = [...new Set([...csv.keys(), ...partitions.keys(), ...shown, ...verified.keys()])]
    .filter((day) => (from === undefined || day >= from) && (to === undefined || day <= to))
    .sort();
  const planned: PlannedDay[] = [];
  for (const day of days) {
    const state = {
      day,
      csv: csv.get(day)?.digest,
      history: partitions.get(day),
      shown: shown.has(day),
      verified: verified.get(day),
    };
    const objects = () => lake.csvObjects(day);
    const step = await stepFor(state, isClosed(day, now()), objects, (run) => lake.inputsOf(day, run));
    const { history } = state;
    const csvBytes = csv.get(day)?.bytes ?? 0;
    const historyBytes = history ? (sizes.get(`${day} ${history.run}`) ?? 0) : 0;
    planned.push({ day, step, history, shown: state.shown, csvBytes, historyBytes });
  }
  return { days: planned, csvDays: new Set(csv.keys()) };
}

/** The newest verified run of each day. */
function newestVerified(folders: readonly RunFolder[]): ReadonlyMap<string, string> {
  const verified = folders.flatMap(({ day, run, verified: at }) =>
    at === undefined ? [] : [{ day, run, at }],
  );
  return new Map(verified.sort((a, b) => a.at - b.at).map(({ day, run }) => [day, run]));
}

const HIDDEN = "its partition is missing; the view reads csv/, and the next run compacts it";

async function planOnly(lake: Lake, options: Options): Promise<Result> {
  const reasonOf = (step: Step): string | undefined =>
    step.kind === "write"
      ? step.reason
      : step.kind === "restore"
        ? RESTORED
        : step.kind === "hide"
          ? HIDDEN
          : undefined;
  const days = (await plan(lake, options)).days.flatMap(({ day, step }): DayResult[] => {
    const reason = reasonOf(step);
    return reason === undefined ? [] : [{ day, outcome: "planned", rows: 0, reason }];
  });
  for (const each of days) options.onDay?.(each);
  return { days, behind: days.length };
}

async function compactDays(
  feed: FeedDefinition,
  lake: Lake,
  options: Options,
  lease: Lease,
): Promise<Result> {
  const { days: planned, csvDays } = await plan(lake, options);
  const results: DayResult[] = [];
  const report = (result: DayResult) => {
    results.push(result);
    options.onDay?.(result);
  };
  const ofKind = (kind: Step["kind"]) =>
    planned.filter(({ step }) => step.kind === kind).map(({ day }) => day);
  for (const { day, step } of planned)
    if (step.kind === "restore") report(await restore(feed, lake, lease, day, step.run));
  const restored = results.flatMap(({ day, outcome }) => (outcome === "restored" ? [day] : []));
  const [show, hide] = [[...ofKind("show"), ...restored], ofKind("hide")];
  await changeView(lake, lease, show, hide);
  for (const day of ofKind("show"))
    report({ day, outcome: "shown", rows: 0, reason: "verified by an earlier run" });
  for (const day of hide) report({ day, outcome: "hidden", rows: 0, reason: HIDDEN });

  let begun = 0;
  const hasTime = options.hasTime ?? (() => true);
  const toWrite = planned.flatMap(({ day, step, history, ...bytes }) =>
    step.kind === "write" ? [{ day, history, ...step, bytes: bytesRead(step.source, bytes) }] : [],
  );
  const boundaries = hasTime() ? await findBoundaries(feed, lake, toWrite) : [];
  const writer = new DayWriter(feed, lake, options, lease);
  const compacted: string[] = [];
  const inTurn = atMost(1);
  const showCompacted = () => changeView(lake, lease, compacted.splice(0), []);
  await inParallel(groupsOf(toWrite), GROUPS_AT_ONCE, async (group) => {
    if (!hasTime()) return;
    const days = group.map((each) => ({
      ...each,
      boundaries: boundariesOf(filesOf(feed, each.bytes), boundaries),
    }));
    const written = await writer.write(days);
    begun += written.length;
    for (const result of written) {
      report(result);
      if (result.outcome === "compacted") compacted.push(result.day);
    }
    if (compacted.length >= DAYS_PER_SWITCH) await inTurn(showCompacted);
  });
  await showCompacted();
  if (hasTime())
    await expireReplaced(lake, { now: options.now(), csvDays, hasTime, renew: () => lease.renew() });
  const waits: readonly DayResult["outcome"][] = ["failed", "postponed", "hidden"];
  const unfinished = results.filter(({ outcome }) => waits.includes(outcome)).length;
  results.sort((a, b) => (a.day < b.day ? -1 : 1));
  return { days: results, behind: unfinished + toWrite.length - begun };
}

export async function changeView(
  lake: Lake,
  lease: Lease,
  show: readonly string[],
  hide: readonly string[],
): Promise<void> {
  if (show.length === 0 && hide.length === 0) return;
  await lease.renew();
  const hidden = new Set(hide);
  await lake.showDays((shown) => rangesOf([...daysIn(shown).filter((day) => !hidden.has(day)), ...show]));
}

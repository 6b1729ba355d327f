import type { FeedDefinition } from "../../data/feeds";
import { boundariesOf, filesOf } from "../../data/history/key-ranges";
import { DayWriter } from "./day-writer";
import { expireReplaced } from "./expiry";
import { groupsOf } from "./groups";
import { bytesRead, findBoundaries } from "./key-ranges";
import { type Lease, withLease } from "./lease";
import type { DayResult, Lake, Options, Result } from "./model";
import { atMost, inParallel } from "./parallel";
import { plan } from "./plan";
import { RESTORED, restore } from "./restore";
import type { Step } from "./step";
import { changeView } from "./view";

/** New days are shown when there are so many, and at the end, so that a long run that is cut off has not worked for nothing. */
const DAYS_PER_SWITCH = 20;
/** While days of one group are listed and switched, statements of others run. */
const GROUPS_AT_ONCE = 3;

/** Compacts all closed days of a feed that need it, oldest first. One failing day does not stop the others. */
export async function compactFeed(feed: FeedDefinition, lake: Lake, options: Options): Promise<Result> {
  if (options.dryRun) return planOnly(lake, options);
  return withLease(lake.lease, options, (lease) => compactDays(feed, lake, options, lease));
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
    const days = group.days.map((each) => ({
      ...each,
      boundaries: boundariesOf(filesOf(feed, each.bytes), boundaries),
    }));
    const written = await writer.write(group.source, days);
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

import { daysIn } from "../../data/history/days";
import type { RunFolder } from "./expiry";
import type { Lake, Options, PlannedDay } from "./model";
import { isClosed, stepFor } from "./step";

export interface Plan {
  readonly days: readonly PlannedDay[];
  /** Days that have objects in csv/. */
  readonly csvDays: ReadonlySet<string>;
}

/** What each day needs, in their order. */
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

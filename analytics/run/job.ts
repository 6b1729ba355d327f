import type { FeedDefinition } from "../../data/feeds";
import { bind, placeInFile, usesNewestDay } from "../../sql/library/bind";
import { eachFeed, type NewestDays } from "../../sql/library/feeds";
import type { Report } from "../../sql/library/model";
import { factsOf } from "../../sql/library/site/values";
import type { Value } from "../../sql/library/values";
import { deployedFeeds, withCadence } from "../plan/catalogue";
import { newestDays } from "../plan/estimate";
import { rangeOf, scansOf } from "../plan/report-scans";
import { describeColumns } from "../render/columns";
import type { RenderInput } from "../render/model";
import { MissingRows } from "./missing-rows";
import type { Job, Session } from "./session";

/** A saved report as a query to run. */
export function jobOf(
  report: Report,
  values: ReadonlyMap<string, Value>,
  feeds: readonly FeedDefinition[],
  days: NewestDays,
  deliverResult: (input: RenderInput) => Promise<void>,
): Job {
  const bound = bind(report, values, feeds, days);
  const [from, until] = report.window
    ? [values.get(report.window.from)?.instant, values.get(report.window.to)?.instant]
    : [];
  return {
    label: report.id,
    bound,
    scans: async () => scansOf(report, values, feeds, bound.query, days),
    ...(from !== undefined && until !== undefined && { coverage: { from, until, feeds } }),
    missingRows: new MissingRows(report, values),
    present: ({ columns, ...result }) => ({
      title: report.title,
      description: report.description,
      facts: factsOf(values),
      notes: report.notes,
      ...(report.chart && { chart: report.chart }),
      columns: describeColumns(report, columns),
      ...result,
    }),
    position: (line) => placeInFile(report, line),
    deliver: deliverResult,
  };
}

/** The feeds with the stack's cadence, which is in the catalogue. */
export async function feedsToRead(
  { clients, database }: Session,
  report: Report,
  chosen: readonly FeedDefinition[] | undefined,
): Promise<readonly FeedDefinition[]> {
  if (chosen && report.feed !== eachFeed)
    return Promise.all(chosen.map((feed) => withCadence(clients, database, feed)));
  const deployed = await deployedFeeds(clients, database);
  return chosen?.map((feed) => deployed.find(({ name }) => name === feed.name) ?? feed) ?? deployed;
}

export async function newestDaysOf(
  { clients, database }: Session,
  report: Report,
  values: ReadonlyMap<string, Value>,
  feeds: readonly FeedDefinition[],
): Promise<NewestDays> {
  const { from, to } = report.window && usesNewestDay(report) ? rangeOf(report.window, values) : {};
  return from && to ? newestDays(clients, database, feeds, { from, to }) : new Map();
}

import type { FeedDefinition } from "../../data/feeds";
import { bind, placeInFile } from "../../sql/library/bind";
import { eachFeed, feedNamed, knownFeeds } from "../../sql/library/feeds";
import { findReport } from "../../sql/library/library";
import type { Report } from "../../sql/library/model";
import { optionName, type Value } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { isBrokenPipe } from "../../tools/kit/output";
import { type Given, parameterOptions, parse, textOption, valuesOf } from "../arguments";
import { deployedFeeds } from "../plan/catalogue";
import { scansOf } from "../plan/report-scans";
import type { Surroundings } from "../surroundings";
import { Asked } from "./asked";
import { deliver, deliveryOf } from "./deliver";
import { nowFor, queryOptions, reuseOf } from "./options";
import { type Job, Session } from "./query";

/** `<name>… [--param value]… [--env e] [--format f] [--out file]` */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const first = args.findIndex((arg) => arg.startsWith("-"));
  const asked = first < 0 ? args : args.slice(0, first);
  const reports = asked.map((name) => findReport(name, surroundings.reports));
  const feed = reports.some((report) => report.feed === eachFeed)
    ? { feed: { type: "string" as const } }
    : {};
  const { given, positionals } = parse(args.slice(asked.length), {
    ...queryOptions,
    ...feed,
    ...parameterOptions(reports, { ...queryOptions, feed: { type: "string" } }),
  });
  if (positionals.length > 0)
    throw new UsageError(
      `"${positionals[0]}" stands after the options: reports first, and an option's value after its name`,
    );
  if (reports.length > 1 && textOption(given, "out-dir") === undefined)
    throw new UsageError("several reports in one call need --out-dir <folder>");
  const now = nowFor(surroundings.now(), reuseOf(given));
  const orders = reports.map((report) => ({
    report,
    values: valuesOf(report, given, now),
    feeds: feedsAsked(report, given),
    delivery: deliveryOf(given, report, surroundings),
  }));
  const session = await Session.open(given, surroundings);
  try {
    for (const { report, values, feeds, delivery } of orders) {
      if (orders.length > 1) await surroundings.stderr.write(`${report.id} → ${delivery.file}\n`);
      const job = jobOf(
        report,
        values,
        feeds ?? (await session.attempt(() => deployedFeeds(session.clients, session.database))),
      );
      await session.run(job, (input) => deliver(delivery, given, input, surroundings));
    }
    return 0;
  } catch (error) {
    if (isBrokenPipe(error)) return 0;
    throw error;
  } finally {
    await session.close();
  }
}

function jobOf(report: Report, values: ReadonlyMap<string, Value>, feeds: readonly FeedDefinition[]): Job {
  const bound = bind(report, values, feeds);
  const [from, until] = report.window
    ? [values.get(report.window.from)?.instant, values.get(report.window.to)?.instant]
    : [];
  return {
    label: report.id,
    bound,
    scans: async () => scansOf(report, values, feeds, bound.query),
    ...(from !== undefined && until !== undefined && { coverage: { from, until, feeds } }),
    asked: new Asked(report, values),
    present: ({ columns, ...result }) => ({
      title: report.title,
      description: report.description,
      facts: [...values]
        .filter(([, value]) => value.shown !== "")
        .map(([name, value]): [string, string] => [`--${optionName(name)}`, value.shown]),
      notes: report.notes,
      ...(report.chart && { chart: report.chart }),
      columns: columns.map((column) => ({
        ...report.columns.find(({ name }) => name === column.name),
        ...column,
      })),
      ...result,
    }),
    place: (line) => placeInFile(report, line),
  };
}

/** Undefined: every feed that is deployed, which only the catalogue knows. */
function feedsAsked(report: Report, given: Given): readonly FeedDefinition[] | undefined {
  const own = feedNamed(report.feed);
  if (own) return [own];
  const asked = textOption(given, "feed");
  return asked?.split(",").map((name) => {
    const feed = feedNamed(name.trim());
    const known = knownFeeds().map((candidate) => candidate.name);
    if (!feed) throw new UsageError(`--feed takes feeds of ${known.join(", ")}, not "${name}"`);
    return feed;
  });
}

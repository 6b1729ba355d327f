import type { FeedDefinition } from "../../data/feeds";
import { eachFeed, feedNamed, knownFeeds } from "../../sql/library/feeds";
import type { Report } from "../../sql/library/model";
import { UsageError } from "../../tools/kit/errors";
import { parseOptions, text } from "../../tools/kit/options";
import type { Context } from "../context";
import { deliver, destinationOf } from "../run/delivery";
import { feedsToRead, jobOf, newestDaysOf } from "../run/job";
import { nowFor, queryOptions } from "../run/options";
import { parameterOptions, readParameters } from "../run/parameters";
import { Session } from "../run/session";
import { findReport } from "./find-report";

export const feedOption = {
  feed: text("NAMES", "the feeds to read, separated by commas (default: all deployed ones)"),
};

/** `<name>… [--param value]… [--env e] [--format f] [--out file]` */
export async function runReports(args: readonly string[], context: Context): Promise<number> {
  const firstOption = args.findIndex((arg) => arg.startsWith("-"));
  const reportNames = firstOption < 0 ? args : args.slice(0, firstOption);
  const reports = reportNames.map((name) => findReport(name, context.reports));
  const parameters = {
    ...(reports.some(({ feed }) => feed === eachFeed) && feedOption),
    ...parameterOptions(reports, { ...queryOptions, ...feedOption }),
  };
  const rest = args.slice(reportNames.length);
  const { values: options, positionals } = parseOptions(rest, { ...parameters, ...queryOptions });
  if (positionals.length > 0)
    throw new UsageError(
      `unexpected "${positionals[0]}" after the options: report names come first, and an option's value follows its name`,
    );
  if (reports.length > 1 && options["out-dir"] === undefined)
    throw new UsageError("several reports in one call need --out-dir <folder>");
  const now = nowFor(context.now(), options.reuse);
  const runs = reports.map((report) => {
    const feeds = feedsOf(report, options.feed);
    // Wrong values are refused before the connection.
    readParameters(report, options, now, feeds ?? knownFeeds());
    return {
      report,
      feeds,
      destination: destinationOf(
        options,
        { name: report.name, hasChart: report.chart !== undefined },
        context,
      ),
    };
  });
  return Session.use(options, context, async (session) => {
    for (const { report, feeds, destination } of runs) {
      if (runs.length > 1) await context.stderr.write(`${report.id} → ${destination.file}\n`);
      const read = await session.attempt(() => feedsToRead(session, report, feeds));
      const values = readParameters(report, options, now, read);
      const days = await session.attempt(() => newestDaysOf(session, report, values, read));
      await session.run(
        jobOf(report, values, read, days, (input) => deliver(destination, options, input, context)),
      );
    }
  });
}

/** The feeds that a report reads; undefined for every feed in the catalogue. */
export function feedsOf(report: Report, names: string | undefined): readonly FeedDefinition[] | undefined {
  const reportFeed = feedNamed(report.feed);
  if (reportFeed) return [reportFeed];
  return names?.split(",").map((name) => {
    const feed = feedNamed(name.trim());
    const known = knownFeeds().map((candidate) => candidate.name);
    if (!feed) throw new UsageError(`--feed takes names of ${known.join(", ")}, not "${name}"`);
    return feed;
  });
}

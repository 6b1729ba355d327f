import {
  environmentOptions,
  type Given,
  outputOptions,
  parameterOptions,
  parse,
  textOption,
  valuesOf,
} from "../arguments";
import { Clients } from "../athena/connection";
import { execute } from "../athena/execution";
import { explain } from "../athena/problems";
import { readResults } from "../athena/results";
import { names } from "../../infra/naming";
import { UsageError } from "../errors";
import { formatNames, formats, isFormat } from "../render/formats";
import { bind } from "../report/bind";
import { eachFeed, feedNamed, knownFeeds } from "../report/feeds";
import { findReport } from "../report/library";
import type { Report } from "../report/model";
import { isBrokenPipe, type Surroundings } from "../surroundings";

/** `<name> [--param value]… [--env e] [--format f]` */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name = ""] = args;
  const report = findReport(name, surroundings.reports);
  const common = { ...environmentOptions, ...outputOptions };
  const own = report.feed === eachFeed ? { feed: { type: "string" as const } } : {};
  const { given, positionals } = parse(args.slice(1), { ...common, ...own, ...parameterOptions([report], common) });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is no option of ${report.id}`);
  const format = textOption(given, "format") ?? (surroundings.stdout.isTTY ? "table" : "csv");
  if (!isFormat(format)) throw new UsageError(`--format takes one of ${formatNames.join(", ")}, not "${format}"`);
  const bound = bind(report, valuesOf(report, given, surroundings.now()), feedsFor(report, given));
  const env = textOption(given, "env") ?? "local";
  const target = { database: names(env).database, workgroup: names(env).workgroup };
  const render = await formats[format]();
  const open = await surroundings.connect(env, textOption(given, "dir"));
  const clients = new Clients(open.connection);
  try {
    const finished = await execute(clients, target, bound, surroundings.signal && { signal: surroundings.signal });
    const { columns, rows } = await readResults(clients, finished);
    const input = {
      title: report.title,
      description: report.description,
      columns: columns.map((column) => ({ ...report.columns.find(({ name }) => name === column.name), ...column })),
      rows,
    };
    for await (const piece of render(input, { raw: given.raw === true })) await surroundings.stdout.write(piece);
    return 0;
  } catch (error) {
    if (isBrokenPipe(error)) return 0;
    throw explain(error, { env, workgroup: target.workgroup, where: clients.where });
  } finally {
    await clients.close();
    await open.close?.();
  }
}

function feedsFor(report: Report, given: Given) {
  const asked = textOption(given, "feed");
  if (asked === undefined) return knownFeeds();
  return asked.split(",").map((name) => {
    const feed = feedNamed(name.trim());
    const known = knownFeeds().map((candidate) => candidate.name);
    if (!feed) throw new UsageError(`--feed takes feeds of ${known.join(", ")}, not "${name}" (${report.id})`);
    return feed;
  });
}

import { names } from "../../data/names";
import { eachFeed, knownFeeds } from "../../sql/library/feeds";
import type { Command } from "../../tools/kit/command";
import { connect } from "../../tools/kit/connect";
import { UsageError } from "../../tools/kit/errors";
import { interruptible } from "../../tools/kit/interrupt";
import { choice, optionsHelp, parseOptions, required, text, type Values } from "../../tools/kit/options";
import { outputOf } from "../../tools/kit/output";
import { findReport } from "../commands/find-report";
import { feedOption, feedsOf } from "../commands/reports";
import { readQuery } from "../commands/sql";
import type { Context } from "../context";
import { bytesText } from "../plan/units";
import { formats } from "../render/formats";
import type { RenderInput } from "../render/model";
import { feedsToRead, jobOf, newestDaysOf } from "../run/job";
import { queryOptions } from "../run/options";
import { parameterOptions, readParameters } from "../run/parameters";
import { type Job, Session } from "../run/session";
import {
  countObjects,
  type Destination,
  moveObjects,
  readDestination,
  refuseUsed,
  type Written,
  writeText,
} from "./destination";
import { describeQuery, unloadOf } from "./unload";

const {
  format: _format,
  out: _out,
  "out-dir": _outDir,
  raw: _raw,
  chart: _chart,
  reuse: _reuse,
  ...shared
} = queryOptions;

const exportOptions = {
  to: required(text("PLACE", "an empty folder, or an empty s3://<bucket>/<prefix>")),
  format: choice("NAME", "parquet (default, written by Athena), csv or json", ["parquet", "csv", "json"]),
  "partition-by": text(
    "COLUMNS",
    "parquet in folders <column>=<value>/, at most 100; columns separated by commas",
  ),
  ...shared,
};

type ExportOptions = Values<typeof exportOptions>;

export const exportCommand: Command = {
  summary: "writes a report or a query as Parquet, CSV or JSON",
  options: exportOptions,
  help: () => `npm run export -- <report> [--<param> <value>]… --to <place> [options]
npm run export -- sql "<query>" --to <place> [options]

Runs a saved report or your own query, with the same guards as npm run report, and writes its rows into a folder or
into S3. Parquet is written by Athena itself (UNLOAD), of any size. The parameters of a report: npm run report --
<name> --help.

${optionsHelp(exportOptions)}`,
  run: (args) =>
    interruptible((signal) =>
      runExport(args, {
        connect,
        stdout: outputOf(process.stdout),
        stderr: outputOf(process.stderr),
        now: Date.now,
        signal,
      }),
    ),
};

export async function runExport(args: readonly string[], context: Context): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith("-"))
    throw new UsageError('name a report first, or sql "<query>"; see --help');
  return first === "sql" ? exportSql(rest, context) : exportReport(first, rest, context);
}

async function exportSql(args: readonly string[], context: Context): Promise<number> {
  const { values: options, positionals } = parseOptions(args, exportOptions);
  const [query, ...more] = positionals;
  if (query === undefined || more.length > 0) throw new UsageError("sql takes one query in quotes");
  const read = readQuery(query.trim().replace(/;$/, ""));
  const present = (result: Pick<RenderInput, "columns" | "rows" | "warnings">) => ({
    title: "Query",
    description: "",
    ...result,
  });
  const job: Omit<Job, "deliver"> = { ...read, label: "export sql", present };
  return write("query", options, context, async () => job);
}

async function exportReport(name: string, args: readonly string[], context: Context): Promise<number> {
  const report = findReport(name, context.reports);
  const parameters = {
    ...(report.feed === eachFeed && feedOption),
    ...parameterOptions([report], { ...exportOptions, ...feedOption }),
  };
  const { values: options, positionals } = parseOptions(args, { ...parameters, ...exportOptions });
  if (positionals.length > 0) throw new UsageError(`unexpected "${positionals[0]}": export takes one report`);
  // Reports know --to as another name of the window's end.
  const given: Readonly<Record<string, unknown>> = { ...options, to: undefined };
  const feeds = feedsOf(report, typeof given.feed === "string" ? given.feed : undefined);
  readParameters(report, given, context.now(), feeds ?? knownFeeds());
  return write(report.name, options, context, async (session) => {
    const read = await feedsToRead(session, report, feeds);
    const values = readParameters(report, given, context.now(), read);
    const days = await newestDaysOf(session, report, values, read);
    return jobOf(report, values, read, days, async () => {});
  });
}

async function write(
  name: string,
  options: ExportOptions,
  context: Context,
  jobFor: (session: Session) => Promise<Omit<Job, "deliver">>,
): Promise<number> {
  const { format = "parquet", "partition-by": partitionBy } = options;
  const destination = readDestination(options.to);
  const partitions = partitionBy === undefined ? [] : partitionBy.split(",").map((column) => column.trim());
  if (partitions.length > 0 && format !== "parquet")
    throw new UsageError(`--partition-by needs --format parquet; ${format} is written as one file`);
  const session = { ...options, ...UNUSED };
  return Session.use(session, context, async (open) => {
    await open.attempt(() => refuseUsed(destination, open.clients));
    const job = await open.attempt(() => jobFor(open));
    const written: Written[] = [];
    await open.run(
      format === "parquet"
        ? await open.attempt(() => unloadJob(open, job, destination, partitions, options, written))
        : {
            ...job,
            deliver: async (input) => {
              const render = formats[format]();
              const pieces = render(input, { raw: true });
              written.push(await writeText(destination, `${name}.${format}`, pieces, open.clients));
            },
          },
    );
    const [{ files, bytes } = { files: 0, bytes: 0 }] = written;
    if (written.length > 0)
      await context.stdout.write(
        `${destination.text}: ${files} ${files === 1 ? "file" : "files"}, ${bytesText(bytes)}\n`,
      );
  });
}

/** Options of a report that an export does not have. */
const UNUSED = {
  format: undefined,
  out: undefined,
  "out-dir": undefined,
  raw: true,
  chart: false,
  reuse: undefined,
} as const;

async function unloadJob(
  { clients, database }: Session,
  { missingRows: _, ...job }: Omit<Job, "deliver">,
  destination: Destination,
  partitions: readonly string[],
  options: ExportOptions,
  written: Written[],
): Promise<Job> {
  const { workgroup } = names(options.env);
  const { columns, results } = await describeQuery(clients, { database, workgroup }, job.bound);
  const location =
    destination.kind === "s3" ? destination.text : `${results}export-${process.pid}-${Date.now()}/`;
  const { bucket, prefix } = destination.kind === "s3" ? destination : bucketAndPrefix(location);
  return {
    ...job,
    bound: { ...job.bound, query: unloadOf(job.bound.query, columns, partitions, location) },
    writesRows: true,
    deliver: async () => {
      written.push(
        destination.kind === "s3"
          ? await countObjects(clients, bucket, prefix)
          : await moveObjects(clients, bucket, prefix, destination.path, ".parquet"),
      );
    },
  };
}

function bucketAndPrefix(location: string): { bucket: string; prefix: string } {
  const read = readDestination(location);
  if (read.kind !== "s3") throw new Error(`${location} is no S3 location`);
  return read;
}

import { formatNames, formats } from "../../analytics/render/formats";
import { rowsOf } from "../../analytics/render/model";
import { withActivity } from "../kit/activity";
import type { Command } from "../kit/command";
import { didYouMean } from "../kit/did-you-mean";
import { ClosedPipe, Failure, messageOf, UsageError } from "../kit/errors";
import { choice, flag, optionsHelp, parseOptions, text } from "../kit/options";
import { outputOf } from "../kit/output";
import { bind, parameterOptions, type Query, savedQueries, type Value } from "./queries";

const common = {
  format: choice("FORMAT", "table (default on a terminal), csv elsewhere", formatNames),
  raw: flag("csv and tsv without the protection against spreadsheet formulas"),
  collection: text("NAME", "collection to query; by default the query's feed"),
  mongo: text(
    "URL",
    "MongoDB's URL with the database; default $MONGODB_URL or mongodb://127.0.0.1:27017/pricelake",
  ),
};

export const mongo: Command = {
  summary: "saved queries on the collections that consume stores in MongoDB",
  help: ([name]) => {
    const query = savedQueries().get(name ?? "");
    if (query)
      return `npm run mongo -- ${query.name} [options]\n\n${query.title}. ${query.description}\n\n${optionsHelp({ ...parameterOptions(query, Date.now()), ...common })}`;
    return `npm run mongo -- list | <query> [options]\n\nRuns saved aggregation pipelines (mongo/<feed>/<query>.json). "<query> --help" shows its parameters.\n\n${listing()}\n${optionsHelp(common)}`;
  },
  run: async ([name = "", ...args]) => {
    if (name === "list") {
      const { values } = parseOptions(args, { format: choice("FORMAT", "table or json", ["table", "json"]) });
      const json = [...savedQueries().values()].map(({ pipeline: _pipeline, ...header }) => header);
      process.stdout.write(values.format === "json" ? `${JSON.stringify(json)}\n` : listing());
      return 0;
    }
    const queries = savedQueries();
    const query = queries.get(name);
    if (!query)
      throw new UsageError(
        name === ""
          ? 'name a query: "list" shows all'
          : `there is no query "${name}"${didYouMean(name, [...queries.keys()])}; "list" shows all`,
      );
    return run(query, args);
  },
};

const listing = (): string =>
  [...savedQueries().values()]
    .map(({ name, description }) => `  ${name.padEnd(22)} ${description}\n`)
    .join("");

async function run(query: Query, args: readonly string[]): Promise<number> {
  const parameters = parameterOptions(query, Date.now());
  const { values, positionals } = parseOptions(args, { ...parameters, ...common });
  if (positionals[0] !== undefined)
    throw new UsageError(`unexpected argument "${positionals[0]}"; see --help`);
  const given = values as unknown as Readonly<Record<string, Value>>;
  const bound = Object.fromEntries(Object.keys(parameters).map((name) => [name, given[name] ?? ""]));
  const pipeline = bind(query, bound);
  const rows = await aggregate(query, pipeline, values.mongo, values.collection ?? query.feed);
  const output = outputOf(process.stdout);
  const format = formats[values.format ?? (output.isTTY ? "table" : "csv")]();
  const input = {
    ...{ title: query.title, description: query.description },
    facts: Object.entries(bound).map(([name, value]) => [name, textOf(value) ?? ""] as const),
    columns: Object.entries(query.columns).map(([field, { name = field, type, doc }]) => ({
      name,
      type,
      doc,
    })),
    rows: rowsOf(rows),
  };
  try {
    const options = { raw: values.raw, ...(output.columns !== undefined && { width: output.columns }) };
    for await (const piece of format(input, options)) await output.write(piece);
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
  return 0;
}

async function aggregate(
  query: Query,
  pipeline: Record<string, unknown>[],
  url: string | undefined,
  collection: string,
): Promise<(string | null)[][]> {
  // Loaded only here: the driver takes a while to load.
  const { MONGODB_URL, mongoClient } =
    require("../consume/sinks/mongodb/client") as typeof import("../consume/sinks/mongodb/client");
  const client = mongoClient(url ?? (process.env.MONGODB_URL || MONGODB_URL));
  try {
    const found = await withActivity(
      () => `asking MongoDB at ${client.options.hosts.join(",")}`,
      () => client.db().collection(collection).aggregate(pipeline).toArray(),
    );
    return found.map((document) => Object.keys(query.columns).map((field) => textOf(document[field])));
  } catch (error) {
    const reason = messageOf(error);
    const cure = /ECONNREFUSED|ENOTFOUND/.test(reason)
      ? "; docs/labs.md has a line that starts one; --mongo or MONGODB_URL names another"
      : "";
    throw new Failure(`MongoDB at ${client.options.hosts.join(",")}: ${reason}${cure}`);
  } finally {
    await client.close();
  }
}

/** Values as Athena writes them, which the formats read. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 23).replace("T", " ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

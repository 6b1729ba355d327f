import { unsupported } from "../../../errors";
import { invalidInput } from "../errors";

/** A crawler's Configuration document. */
export interface CrawlerConfiguration {
  /** Grouping.TableGroupingPolicy: one table for each include path. */
  readonly combineCompatible: boolean;
  /** The level of the folders that become tables; 1 is the bucket. */
  readonly tableLevel: number | undefined;
  /** Partitions use the table's columns and format. */
  readonly inheritFromTable: boolean;
  /** New columns are added to existing tables; existing columns do not change. */
  readonly mergeNewColumns: boolean;
  /** The crawl fails when it finds more tables. */
  readonly tableThreshold: number | undefined;
}

interface Document {
  readonly Version?: unknown;
  readonly Grouping?: { readonly TableGroupingPolicy?: unknown; readonly TableLevelConfiguration?: unknown };
  readonly CrawlerOutput?: {
    readonly Partitions?: { readonly AddOrUpdateBehavior?: unknown };
    readonly Tables?: { readonly AddOrUpdateBehavior?: unknown; readonly TableThreshold?: unknown };
  };
  readonly CreatePartitionIndex?: unknown;
}

export function parseConfiguration(text: string | undefined): CrawlerConfiguration {
  const document = read(text);
  const { Grouping = {}, CrawlerOutput = {} } = document;
  oneOf("Grouping.TableGroupingPolicy", Grouping.TableGroupingPolicy, ["CombineCompatibleSchemas"]);
  oneOf("CrawlerOutput.Partitions.AddOrUpdateBehavior", CrawlerOutput.Partitions?.AddOrUpdateBehavior, [
    "InheritFromTable",
  ]);
  oneOf("CrawlerOutput.Tables.AddOrUpdateBehavior", CrawlerOutput.Tables?.AddOrUpdateBehavior, [
    "MergeNewColumns",
  ]);
  return {
    combineCompatible: Grouping.TableGroupingPolicy !== undefined,
    tableLevel: positive("Grouping.TableLevelConfiguration", Grouping.TableLevelConfiguration),
    inheritFromTable: CrawlerOutput.Partitions?.AddOrUpdateBehavior !== undefined,
    mergeNewColumns: CrawlerOutput.Tables?.AddOrUpdateBehavior !== undefined,
    tableThreshold: positive("CrawlerOutput.Tables.TableThreshold", CrawlerOutput.Tables?.TableThreshold),
  };
}

function read(text: string | undefined): Document {
  if (text === undefined || text === "") return {};
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalidInput("Crawler configuration is not valid JSON");
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw invalidInput("Crawler configuration must be a JSON object");
  for (const name of Object.keys(document))
    if (!["Version", "Grouping", "CrawlerOutput", "CreatePartitionIndex"].includes(name))
      throw unsupported(`the member ${name} of a crawler's configuration`);
  if (Number((document as Document).Version) !== 1)
    throw invalidInput("Crawler configuration must have Version 1.0");
  return document;
}

function oneOf(path: string, value: unknown, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(String(value)))
    throw invalidInput(
      `Crawler configuration has ${JSON.stringify(value)} at ${path}; allowed: ${allowed.join(", ")}`,
    );
}

function positive(path: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || Number(value) < 1)
    throw invalidInput(
      `Crawler configuration needs a positive integer at ${path}, not ${JSON.stringify(value)}`,
    );
  return Number(value);
}

import type { PartitionInput, Table } from "@aws-sdk/client-glue";
import { fail } from "../../../../trino-duckdb";
import { parseLocation } from "../sources/location";
import { Objects } from "../sources/objects";
import { allPages, glue, mustFindTable } from "./glue";
import { type Listing, NOTHING, type RunContext, type Statement, singleColumn } from "./statement";
import type { Tokens } from "./tokens";

type Target = { schema?: string; name: string };

/** Parses PARTITION (dt = '2026-01-01', hour = 5) to values by key. */
function specification(tokens: Tokens): Record<string, string> {
  tokens.expect("PARTITION");
  return Object.fromEntries(
    tokens.list((): [string, string] => {
      const key = tokens.name();
      tokens.expect("=");
      return [key, tokens.value()];
    }),
  );
}

function valuesOf(table: Table, given: Readonly<Record<string, string>>): string[] {
  return (table.PartitionKeys ?? []).map(
    ({ Name = "" }) =>
      given[Name.toLowerCase()] ?? fail("SYNTAX_ERROR", `the partition column ${Name} has no value`),
  );
}

/** Escapes a value in the name of a partition folder as Hive does. */
const escaped = (value: string): string =>
  value.replace(
    /[\x01-\x1f\x7f"#%'*/:=?\\{[\]^]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );

/** "dt=2026-01-01/hour=05/" */
export const partitionFolder = (values: readonly (readonly [key: string, value: string])[]): string =>
  values.map(([key, value]) => `${escaped(key)}=${escaped(value)}/`).join("");

const defaultLocation = (table: Table, values: readonly string[]): string =>
  `${(table.StorageDescriptor?.Location ?? "").replace(/\/$/, "")}/${partitionFolder(
    (table.PartitionKeys ?? []).map(({ Name = "" }, i) => [Name, values[i] ?? ""]),
  )}`;

export const partitionInput = (
  table: Table,
  values: readonly string[],
  location = defaultLocation(table, values),
): PartitionInput => ({
  Values: [...values],
  StorageDescriptor: { ...table.StorageDescriptor, Location: location },
});

/** ALTER TABLE name ADD [IF NOT EXISTS] PARTITION (…) [LOCATION '…'] …. */
export function addPartitions(tokens: Tokens, target: Target): Statement {
  const ifNotExists = tokens.take("IF", "NOT", "EXISTS");
  const specs: { values: Record<string, string>; location?: string }[] = [];
  do {
    const values = specification(tokens);
    specs.push({ values, ...(tokens.take("LOCATION") && { location: tokens.text() }) });
  } while (!tokens.done);
  return {
    kind: "ALTER_TABLE_ADD_PARTITION",
    type: "DDL",
    run: async (context) => {
      const table = await mustFindTable(context, target);
      const inputs = specs.map(({ values, location }) =>
        partitionInput(table, valuesOf(table, values), location),
      );
      await createPartitions(context, table, inputs, ifNotExists);
      return NOTHING;
    },
  };
}

const PER_CALL = 100;

export async function createPartitions(
  context: RunContext,
  table: Table & { DatabaseName: string; Name: string },
  inputs: readonly PartitionInput[],
  lenient: boolean,
): Promise<void> {
  for (let start = 0; start < inputs.length; start += PER_CALL) {
    const { Errors } = await glue(context, "BatchCreatePartition", {
      DatabaseName: table.DatabaseName,
      TableName: table.Name,
      PartitionInputList: inputs.slice(start, start + PER_CALL),
    });
    const error = (Errors ?? []).find(
      ({ ErrorDetail }) => !lenient || ErrorDetail?.ErrorCode !== "AlreadyExistsException",
    );
    if (error)
      fail("HIVE_METASTORE_ERROR", error.ErrorDetail?.ErrorMessage ?? "a partition could not be created");
  }
}

export function dropPartitions(tokens: Tokens, target: Target): Statement {
  const ifExists = tokens.take("IF", "EXISTS");
  const specs = [specification(tokens)];
  while (tokens.take(",")) specs.push(specification(tokens));
  tokens.end();
  return {
    kind: "ALTER_TABLE_DROP_PARTITION",
    type: "DDL",
    run: async (context) => {
      const table = await mustFindTable(context, target);
      const existing = await existingPartitions(context, table);
      for (const spec of specs) {
        const values = valuesOf(table, spec);
        const there = existing.some((one) => one.join("/") === values.join("/"));
        if (there)
          await glue(context, "DeletePartition", {
            DatabaseName: table.DatabaseName,
            TableName: table.Name,
            PartitionValues: values,
          });
        else if (!ifExists) fail("HIVE_METASTORE_ERROR", `Partition not found: ${values.join("/")}`);
      }
      return NOTHING;
    },
  };
}

const existingPartitions = (
  context: RunContext,
  table: Table & { DatabaseName: string; Name: string },
): Promise<string[][]> =>
  allPages(async (NextToken) => {
    const page = await glue(context, "GetPartitions", {
      DatabaseName: table.DatabaseName,
      TableName: table.Name,
      NextToken,
    });
    return { items: (page.Partitions ?? []).map(({ Values }) => Values ?? []), next: page.NextToken };
  });

export function showPartitions(tokens: Tokens): Statement {
  const target = tokens.table();
  tokens.end();
  return {
    kind: "SHOW_PARTITIONS",
    type: "UTILITY",
    run: async (context) => {
      const table = await mustFindTable(context, target);
      const keys = table.PartitionKeys ?? [];
      if (keys.length === 0)
        return fail("INVALID_TABLE_PROPERTY", `Table ${target.name} is not a partitioned table`);
      const values = await existingPartitions(context, table);
      return singleColumn(
        "partition",
        values.map((value) => keys.map(({ Name }, i) => `${Name}=${value[i]}`).join("/")).sort(),
      );
    },
  };
}

/** MSCK REPAIR TABLE: adds partitions for key=value folders that the catalogue does not have. */
export function repair(tokens: Tokens): Statement {
  const target = tokens.table();
  tokens.end();
  return {
    kind: "MSCK_REPAIR",
    type: "DDL",
    run: async (context): Promise<Listing> => {
      const table = await mustFindTable(context, target);
      const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name.toLowerCase());
      const known = new Set((await existingPartitions(context, table)).map((values) => values.join("/")));
      const { bucket, prefix } = parseLocation(table.StorageDescriptor?.Location, target.name);
      const objects = new Objects(context.store.cloud, context.execution.caller);
      const found: { values: string[]; location: string }[] = [];
      const walk = (at: string, values: readonly string[]): void => {
        const key = keys[values.length];
        if (key === undefined) {
          if (values.length > 0) found.push({ values: [...values], location: `s3://${bucket}/${at}` });
          return;
        }
        for (const folder of objects.folders(bucket, at)) {
          const [name, value] = [folder.slice(0, folder.indexOf("=")), folder.slice(folder.indexOf("=") + 1)];
          if (folder.includes("=") && name.toLowerCase() === key)
            walk(`${at}${folder}/`, [...values, decodeURIComponent(value)]);
        }
      };
      walk(prefix, []);
      const added = found.filter(({ values }) => !known.has(values.join("/")));
      await createPartitions(
        context,
        table,
        added.map(({ values, location }) => partitionInput(table, values, location)),
        true,
      );
      const label = (values: readonly string[]) => keys.map((key, i) => `${key}=${values[i]}`).join("/");
      if (added.length === 0) return NOTHING;
      const names = added.map(({ values }) => `${target.name}:${label(values)}`);
      return {
        columns: [],
        lines: [
          `Partitions not in metastore:\t${names.join("\t")}`,
          ...names.map((name) => `Repair: Added partition to metastore ${name}`),
        ],
      };
    },
  };
}

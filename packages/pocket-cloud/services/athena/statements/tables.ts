import type { Column } from "@aws-sdk/client-glue";
import { fail } from "../../../../trino-duckdb";
import { parseHiveType } from "../catalogue/hive-types";
import { findTable, glue, inputOf, mustFindTable } from "./glue";
import { NOTHING, type Statement } from "./statement";
import { describeStorage, storages } from "./storage";
import type { Tokens } from "./tokens";

export function columns(tokens: Tokens): Column[] {
  return tokens.list(() => {
    const Name = tokens.name();
    const Type = tokens.type();
    parseHiveType(Type);
    return { Name, Type, ...(tokens.take("COMMENT") && { Comment: tokens.text() }) };
  });
}

export const properties = (tokens: Tokens): Record<string, string> =>
  Object.fromEntries(
    tokens.list((): [string, string] => {
      const key = tokens.text();
      tokens.expect("=");
      return [key, tokens.value()];
    }),
  );

/** The clauses that follow the columns of CREATE TABLE, in any order. */
interface Clauses {
  comment?: string;
  partitioned: Column[];
  format: string;
  serde?: string;
  serdeProperties: Record<string, string>;
  location?: string;
  table: Record<string, string>;
}

const readers: readonly (readonly [
  words: readonly string[],
  read: (tokens: Tokens, clauses: Clauses) => void,
])[] = [
  [
    ["COMMENT"],
    (tokens, clauses) => {
      clauses.comment = tokens.text();
    },
  ],
  [
    ["PARTITIONED", "BY"],
    (tokens, clauses) => {
      clauses.partitioned = columns(tokens);
    },
  ],
  [
    ["ROW", "FORMAT", "SERDE"],
    (tokens, clauses) => {
      clauses.serde = tokens.text();
    },
  ],
  [
    ["WITH", "SERDEPROPERTIES"],
    (tokens, clauses) => {
      clauses.serdeProperties = properties(tokens);
    },
  ],
  [["ROW", "FORMAT", "DELIMITED"], delimited],
  [
    ["STORED", "AS", "INPUTFORMAT"],
    (tokens) => {
      tokens.text();
      tokens.expect("OUTPUTFORMAT");
      tokens.text();
    },
  ],
  [
    ["STORED", "AS"],
    (tokens, clauses) => {
      clauses.format = tokens.name().toUpperCase();
      if (!storages[clauses.format]) tokens.unsupported(`STORED AS ${clauses.format}`);
    },
  ],
  [
    ["LOCATION"],
    (tokens, clauses) => {
      clauses.location = tokens.text();
    },
  ],
  [
    ["TBLPROPERTIES"],
    (tokens, clauses) => {
      clauses.table = properties(tokens);
    },
  ],
  [["CLUSTERED"], (tokens) => tokens.unsupported("CLUSTERED BY")],
];

function delimited(tokens: Tokens, { serdeProperties }: Clauses): void {
  for (;;) {
    if (tokens.take("FIELDS", "TERMINATED", "BY")) {
      const text = tokens.text();
      serdeProperties["field.delim"] = text;
      serdeProperties["serialization.format"] = text;
      if (tokens.take("ESCAPED", "BY")) serdeProperties["escape.delim"] = tokens.text();
    } else if (tokens.take("LINES", "TERMINATED", "BY")) serdeProperties["line.delim"] = tokens.text();
    else if (tokens.take("NULL", "DEFINED", "AS"))
      serdeProperties["serialization.null.format"] = tokens.text();
    else if (tokens.take("COLLECTION", "ITEMS", "TERMINATED", "BY"))
      serdeProperties["collection.delim"] = tokens.text();
    else if (tokens.take("MAP", "KEYS", "TERMINATED", "BY")) serdeProperties["mapkey.delim"] = tokens.text();
    else return;
  }
}

/** Tables are in S3 only. Source: https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html. */
const inS3 = (location = ""): string =>
  /^s3:\/\/[^/]+\//.test(location)
    ? location
    : fail("SYNTAX_ERROR", `LOCATION '${location}' is not an s3:// path that ends in a slash`);

/** The rest of CREATE [EXTERNAL] TABLE. */
export function createTable(tokens: Tokens, external: boolean): Statement {
  const ifNotExists = tokens.take("IF", "NOT", "EXISTS");
  const target = tokens.table();
  const own = columns(tokens);
  const clauses: Clauses = { partitioned: [], format: "TEXTFILE", serdeProperties: {}, table: {} };
  while (!tokens.done) {
    const reader = readers.find(([words]) => tokens.take(...words));
    if (!reader) return tokens.bad("not expecting this in CREATE TABLE");
    reader[1](tokens, clauses);
  }
  if (clauses.table.table_type?.toUpperCase() === "ICEBERG") tokens.unsupported("an Iceberg table");
  if (!external)
    fail(
      "NOT_SUPPORTED",
      "CREATE TABLE without EXTERNAL makes Iceberg tables, which the embedded cloud does not support",
    );
  const location = inS3(clauses.location);
  return {
    kind: "CREATE_TABLE",
    type: "DDL",
    run: async (context) => {
      const DatabaseName = target.schema ?? context.execution.database;
      if (ifNotExists && (await findTable(context, DatabaseName, target.name))) return NOTHING;
      await glue(context, "CreateTable", {
        DatabaseName,
        TableInput: {
          Name: target.name,
          TableType: "EXTERNAL_TABLE",
          ...(clauses.comment !== undefined && { Description: clauses.comment }),
          Parameters: { EXTERNAL: "TRUE", ...clauses.table },
          PartitionKeys: clauses.partitioned,
          StorageDescriptor: describeStorage(
            clauses.format,
            location,
            own,
            { "serialization.format": "1", ...clauses.serdeProperties },
            clauses.serde,
          ),
        },
      });
      return NOTHING;
    },
  };
}

/** The rest of DROP TABLE and DROP VIEW. */
export function dropTable(tokens: Tokens, isView: boolean): Statement {
  const ifExists = tokens.take("IF", "EXISTS");
  const target = tokens.table();
  tokens.end();
  const word = isView ? "view" : "table";
  return {
    kind: isView ? "DROP_VIEW" : "DROP_TABLE",
    type: "DDL",
    run: async (context) => {
      const DatabaseName = target.schema ?? context.execution.database;
      const found = await findTable(context, DatabaseName, target.name);
      if (!found && ifExists) return NOTHING;
      if (!found || (found.TableType === "VIRTUAL_VIEW") !== isView)
        return fail("TABLE_NOT_FOUND", `The ${word} ${DatabaseName}.${target.name} does not exist`);
      await glue(context, "DeleteTable", { DatabaseName, Name: target.name });
      return NOTHING;
    },
  };
}

/** ALTER TABLE name …, except for partitions. */
export function alterTable(tokens: Tokens, target: { schema?: string; name: string }): Statement {
  const change = alteration(tokens);
  tokens.end();
  return {
    kind: "ALTER_TABLE",
    type: "DDL",
    run: async (context) => {
      const table = await mustFindTable(context, target);
      const input = inputOf(table);
      change(input);
      await glue(context, "UpdateTable", { DatabaseName: table.DatabaseName, TableInput: input });
      return NOTHING;
    },
  };
}

type Change = (table: ReturnType<typeof inputOf>) => void;

function alteration(tokens: Tokens): Change {
  if (tokens.take("ADD", "COLUMNS")) {
    const added = columns(tokens);
    return (table) => {
      table.StorageDescriptor = {
        ...table.StorageDescriptor,
        Columns: [...(table.StorageDescriptor?.Columns ?? []), ...added],
      };
    };
  }
  if (tokens.take("REPLACE", "COLUMNS")) {
    const replaced = columns(tokens);
    return (table) => {
      table.StorageDescriptor = { ...table.StorageDescriptor, Columns: replaced };
    };
  }
  if (tokens.take("SET", "TBLPROPERTIES")) {
    const set = properties(tokens);
    return (table) => {
      table.Parameters = { ...table.Parameters, ...set };
    };
  }
  if (tokens.take("SET", "LOCATION")) {
    const location = inS3(tokens.text());
    return (table) => {
      table.StorageDescriptor = { ...table.StorageDescriptor, Location: location };
    };
  }
  return tokens.unsupported(`ALTER TABLE … ${tokens.name().toUpperCase()}`);
}

import {
  type ParsedQuery,
  parse,
  QueryFailure,
  type Statement as TrinoStatement,
} from "../../../../trino-duckdb";
import { alterDatabase, createDatabase, dropDatabase } from "./databases";
import { addPartitions, dropPartitions, repair, showPartitions } from "./partitions";
import { fromTrino } from "./queries";
import { describe, showColumns, showCreate, showDatabases, showProperties, showTables } from "./shows";
import type { Statement } from "./statement";
import { alterTable, createTable, dropTable } from "./tables";
import { Tokens } from "./tokens";
import { unload } from "./writes/unload";

export type Parsed =
  | { readonly query: ParsedQuery }
  | { readonly execute: Extract<TrinoStatement, { readonly kind: "execute" }> }
  | { readonly statement: Statement };

type Read = (tokens: Tokens) => Statement;

/** Statements by their first words, longer ones first. */
const starts: readonly (readonly [string, Read])[] = [
  ["CREATE EXTERNAL TABLE", (tokens) => createTable(tokens, true)],
  ["CREATE DATABASE", createDatabase],
  ["CREATE SCHEMA", createDatabase],
  ["DROP DATABASE", dropDatabase],
  ["DROP SCHEMA", dropDatabase],
  ["DROP TABLE", (tokens) => dropTable(tokens, false)],
  ["DROP VIEW", (tokens) => dropTable(tokens, true)],
  ["ALTER DATABASE", alterDatabase],
  ["ALTER SCHEMA", alterDatabase],
  ["ALTER TABLE", alter],
  ["MSCK REPAIR TABLE", repair],
  ["SHOW DATABASES", showDatabases],
  ["SHOW SCHEMAS", showDatabases],
  ["SHOW TABLES", (tokens) => showTables(tokens, false)],
  ["SHOW VIEWS", (tokens) => showTables(tokens, true)],
  ["SHOW COLUMNS", showColumns],
  ["SHOW PARTITIONS", showPartitions],
  ["SHOW TBLPROPERTIES", showProperties],
  ["SHOW CREATE TABLE", (tokens) => showCreate(tokens, false)],
  ["SHOW CREATE VIEW", (tokens) => showCreate(tokens, true)],
  ["DESCRIBE", describe],
  ["DESC", describe],
  ["UNLOAD", unload],
];

function alter(tokens: Tokens): Statement {
  const target = tokens.table();
  if (tokens.sees("ADD", "PARTITION") || tokens.sees("ADD", "IF")) {
    tokens.take("ADD");
    return addPartitions(tokens, target);
  }
  if (tokens.sees("DROP", "PARTITION") || tokens.sees("DROP", "IF")) {
    tokens.take("DROP");
    return dropPartitions(tokens, target);
  }
  return alterTable(tokens, target);
}

/** Parses any statement: Hive's DDL by its first words, the rest with Trino's grammar. */
export function parseAnyStatement(sql: string): Parsed {
  const tokens = new Tokens(sql);
  for (const [words, read] of starts)
    if (tokens.take(...words.split(" "))) return { statement: read(tokens) };
  const isTable = tokens.sees("CREATE", "TABLE");
  try {
    const parsed = parse(sql);
    if (parsed.kind === "query") return { query: parsed.query };
    if (parsed.kind === "execute") return { execute: parsed };
    const statement = fromTrino(parsed);
    if (statement) return { statement };
  } catch (error) {
    if (!isTable || !(error instanceof QueryFailure) || error.code !== "SYNTAX_ERROR") throw error;
  }
  if (isTable) {
    tokens.take("CREATE", "TABLE");
    return { statement: createTable(tokens, false) };
  }
  return tokens.unsupported(`the statement ${sql.trim().split(/\s+/).slice(0, 3).join(" ")}`);
}

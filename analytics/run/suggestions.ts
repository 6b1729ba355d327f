import { functionNames } from "../../sql/library/function-names";
import { wordsOf } from "../../sql/library/tokens";
import { closestOrAll, didYouMean } from "../../tools/kit/did-you-mean";
import type { Clients } from "../clients";
import { columnsOf, listTables } from "../plan/catalogue";

/** Athena's messages, and Hive's for DESCRIBE, about a name that does not exist. The name may be qualified. */
const missingColumn = /\bColumn '([^']+)' cannot be resolved/;
const missingFunction = /\bFunction '([^']+)' not registered/;
const missingTable = /\b(?:Table '([^']+)' does not exist|Table not found:? (\S+))/;

/** What the query meant by a column, table or function that does not exist: "; did you mean x?", or nothing. */
export async function suggestionFor(
  clients: Clients,
  database: string,
  query: string,
  message: string,
): Promise<string> {
  const called = missingFunction.exec(message)?.[1];
  if (called !== undefined) return didYouMean(called, functionNames);
  const column = lastPart(missingColumn.exec(message)?.[1]);
  const [, quoted, bare] = missingTable.exec(message) ?? [];
  const table = lastPart(quoted ?? bare);
  if (column === undefined && table === undefined) return "";
  // A user without the right to list tables gets Athena's message alone.
  const tables = await listTables(clients, database).catch(() => []);
  const names = tables.map(({ Name = "" }) => Name);
  if (table !== undefined) return closestOrAll(table, names, "tables");
  const words = new Set(wordsOf(query).map((word) => lastPart(word.replaceAll('"', "").toLowerCase())));
  const read = tables.filter(({ Name = "" }) => words.has(Name));
  const columns = [...new Set(read.flatMap(columnsOf).map(({ Name = "" }) => Name))];
  const readNames = read.map(({ Name = "" }) => Name).join(", ");
  return closestOrAll(column ?? "", columns, `columns of ${readNames}`);
}

const lastPart = (name: string | undefined): string | undefined => name?.split(".").at(-1);

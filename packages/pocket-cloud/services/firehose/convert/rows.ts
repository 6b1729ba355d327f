import type { InputFormatConfiguration } from "@aws-sdk/client-firehose";
import type { Column } from "@aws-sdk/client-glue";
import type { Type } from "../../../../trino-duckdb";
import { parseHiveType } from "../../athena/catalogue/hive-types";
import { splitDocuments } from "../../shared/json-documents";
import { coerce } from "./coerce";

export interface Field {
  readonly name: string;
  readonly type: Type;
}

export const fieldsOf = (columns: readonly Column[]): Field[] =>
  columns.map(({ Name = "", Type: type = "string" }) => ({ name: Name, type: parseHiveType(type) }));

/** Returns a function that reads a record's JSON objects into rows, as the destination's deserializer defines. */
export function rowReader(
  fields: readonly Field[],
  { Deserializer }: InputFormatConfiguration,
): (data: Buffer) => Record<string, unknown>[] {
  const openX = Deserializer?.OpenXJsonSerDe;
  const timestampFormats = Deserializer?.HiveJsonSerDe?.TimestampFormats ?? [];
  const lower = openX?.CaseInsensitive ?? true;
  const mappings = openX?.ColumnToJsonKeyMappings ?? {};
  const keyOf = (column: string) =>
    lower ? (mappings[column] ?? column).toLowerCase() : (mappings[column] ?? column);
  const nameOf = (key: string) => {
    const name = openX?.ConvertDotsInJsonKeysToUnderscores ? key.replaceAll(".", "_") : key;
    return lower ? name.toLowerCase() : name;
  };
  const rowOf = (object: object) => {
    const byName = new Map(
      Object.entries(object).map(([key, value]) => [nameOf(key), value as unknown] as const),
    );
    return Object.fromEntries(
      fields.map(({ name, type }) => {
        try {
          return [name, coerce(byName.get(keyOf(name)), type, timestampFormats)];
        } catch (error) {
          throw new Error(`column ${name}: ${(error as Error).message}`);
        }
      }),
    );
  };
  return (data) => objectsIn(data.toString()).map(rowOf);
}

function objectsIn(text: string): object[] {
  const { documents, complete } = splitDocuments(text);
  if (complete && documents.length > 0 && documents.every((document) => document.startsWith("{")))
    try {
      return documents.map((document) => JSON.parse(document) as object);
    } catch {}
  throw new Error("the record is not a sequence of JSON objects");
}

import type { InputFormatConfiguration } from "@aws-sdk/client-firehose";
import type { Column } from "@aws-sdk/client-glue";
import { splitObjects } from "../processing/json-documents";
import { coerce, type Reading } from "./coerce";
import { type HiveType, parseType } from "./hive-type";

export interface Field {
  readonly name: string;
  readonly type: HiveType;
}

export const fieldsOf = (columns: readonly Column[]): Field[] =>
  columns.map(({ Name = "", Type = "string" }) => ({ name: Name, type: parseType(Type) }));

/** Reads a record's JSON documents into rows, as the destination's SerDe is set. */
export function rowReader(
  fields: readonly Field[],
  { Deserializer }: InputFormatConfiguration,
): (data: Buffer) => Record<string, unknown>[] {
  const openX = Deserializer?.OpenXJsonSerDe;
  const reading: Reading = { timestampFormats: Deserializer?.HiveJsonSerDe?.TimestampFormats ?? [] };
  const lower = openX?.CaseInsensitive ?? true;
  const mappings = openX?.ColumnToJsonKeyMappings ?? {};
  const keyOf = (column: string) =>
    lower ? (mappings[column] ?? column).toLowerCase() : (mappings[column] ?? column);
  const nameOf = (key: string) => {
    const name = openX?.ConvertDotsInJsonKeysToUnderscores ? key.replaceAll(".", "_") : key;
    return lower ? name.toLowerCase() : name;
  };
  return (data) => {
    const documents = splitObjects(data.toString());
    if (!documents || documents.length === 0) throw new Error("the record is not a sequence of JSON objects");
    return documents.map((document) => {
      const byName = new Map(
        Object.entries(JSON.parse(document) as object).map(([key, value]) => [nameOf(key), value as unknown]),
      );
      return Object.fromEntries(
        fields.map(({ name, type }) => {
          try {
            return [name, coerce(byName.get(keyOf(name)), type, reading)];
          } catch (error) {
            throw new Error(`column ${name}: ${(error as Error).message}`);
          }
        }),
      );
    });
  };
}

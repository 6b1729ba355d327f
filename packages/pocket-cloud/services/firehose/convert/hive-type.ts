/** A Hive column type, as the Glue catalogue writes it. */
export type HiveType =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "array"; readonly of: HiveType }
  | { readonly kind: "map"; readonly key: HiveType; readonly value: HiveType }
  | {
      readonly kind: "struct";
      readonly fields: readonly { readonly name: string; readonly type: HiveType }[];
    };

/** Plain Hive types and what DuckDB calls them. */
const PLAIN: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  varchar: "VARCHAR",
  char: "VARCHAR",
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  date: "DATE",
  timestamp: "TIMESTAMP",
  binary: "BLOB",
};

export function parseType(text: string): HiveType {
  const type = text.replace(/\s+/g, "").toLowerCase();
  const inner = /^(array|map|struct)<(.*)>$/.exec(type);
  if (inner) return nested(inner[1] ?? "", splitTop(inner[2] ?? ""), text);
  const decimal = /^decimal(?:\((\d+)(?:,(\d+))?\))?$/.exec(type);
  if (decimal)
    return { kind: "decimal", precision: Number(decimal[1] ?? 10), scale: Number(decimal[2] ?? 0) };
  const name = type.replace(/^(varchar|char)\(\d+\)$/, "$1");
  if (!(name in PLAIN)) throw new Error(`the column type ${text} cannot be converted`);
  return { kind: "plain", name };
}

function nested(kind: string, parts: readonly string[], text: string): HiveType {
  if (kind === "array" && parts[0] !== undefined) return { kind: "array", of: parseType(parts[0]) };
  if (kind === "map" && parts[0] !== undefined && parts[1] !== undefined)
    return { kind: "map", key: parseType(parts[0]), value: parseType(parts[1]) };
  if (kind !== "struct") throw new Error(`the column type ${text} cannot be read`);
  const fields = parts.map((part) => {
    const colon = part.indexOf(":");
    return { name: part.slice(0, colon), type: parseType(part.slice(colon + 1)) };
  });
  return { kind: "struct", fields };
}

/** Splits at commas outside brackets. */
function splitTop(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("<(".includes(character)) depth++;
    if (">)".includes(character)) depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

export function duckType(type: HiveType): string {
  if (type.kind === "plain") return PLAIN[type.name] ?? "VARCHAR";
  if (type.kind === "decimal") return `DECIMAL(${type.precision}, ${type.scale})`;
  if (type.kind === "array") return `${duckType(type.of)}[]`;
  if (type.kind === "map") return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
  return `STRUCT(${type.fields.map(({ name, type: of }) => `"${name.replaceAll('"', '""')}" ${duckType(of)}`).join(", ")})`;
}

import type { TableInput } from "@aws-sdk/client-glue";
import { fail, type Kind, type Type, typeName } from "../../../../trino-duckdb";

export type GlueTypes = Pick<TableInput, "PartitionKeys" | "StorageDescriptor">;

type RowField = Extract<Type, { readonly kind: "row" }>["fields"][number];

/** Glue's names of the types without parameters. */
const simple: Readonly<Record<string, Type>> = {
  boolean: { kind: "boolean" },
  tinyint: { kind: "tinyint" },
  smallint: { kind: "smallint" },
  int: { kind: "integer" },
  integer: { kind: "integer" },
  bigint: { kind: "bigint" },
  float: { kind: "real" },
  double: { kind: "double" },
  string: { kind: "varchar" },
  binary: { kind: "varbinary" },
  date: { kind: "date" },
  timestamp: { kind: "timestamp", precision: 3 },
};

/** Parses a type of the Glue catalogue: "array<struct<a:int,b:decimal(10,2)>>". */
export function parseHiveType(text: string): Type {
  const reader = new Reader(text);
  const type = reader.type();
  if (!reader.done) reader.bad();
  return type;
}

class Reader {
  #at = 0;
  readonly #tokens: readonly string[];

  constructor(readonly text: string) {
    this.#tokens = text.toLowerCase().match(/[^\s<>,:()]+|[<>,:()]/g) ?? [];
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  bad(): never {
    return fail("HIVE_INVALID_METADATA", `the column type '${this.text}' cannot be read`);
  }

  type(): Type {
    const name = this.#next();
    if (name === "array") return this.#within("<", ">", () => ({ kind: "array", element: this.type() }));
    if (name === "map")
      return this.#within("<", ">", () => {
        const key = this.type();
        this.#expect(",");
        return { kind: "map", key, value: this.type() };
      });
    if (name === "struct") return this.#within("<", ">", () => ({ kind: "row", fields: this.#fields() }));
    if (name === "varchar" || name === "char")
      return this.#within("(", ")", () => ({ kind: name, length: this.#number() }));
    if (name === "decimal") return this.#decimal();
    return simple[name] ?? this.bad();
  }

  #decimal(): Type {
    if (this.#tokens[this.#at] !== "(") return { kind: "decimal", precision: 10, scale: 0 };
    return this.#within("(", ")", () => {
      const precision = this.#number();
      if (this.#tokens[this.#at] !== ",") return { kind: "decimal", precision, scale: 0 };
      this.#expect(",");
      return { kind: "decimal", precision, scale: this.#number() };
    });
  }

  #fields(): RowField[] {
    const fields: RowField[] = [];
    do {
      if (fields.length > 0) this.#expect(",");
      const name = this.#next();
      this.#expect(":");
      fields.push({ name, type: this.type() });
    } while (this.#tokens[this.#at] === ",");
    return fields;
  }

  #within<T>(open: string, close: string, read: () => T): T {
    this.#expect(open);
    const value = read();
    this.#expect(close);
    return value;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? this.bad();
  }

  #expect(token: string): void {
    if (this.#next() !== token) this.bad();
  }

  #number(): number {
    const value = Number(this.#next());
    return Number.isInteger(value) ? value : this.bad();
  }
}

/** Glue's name of each kind without parameters. */
const names: Partial<Record<Kind, string>> = {
  boolean: "boolean",
  tinyint: "tinyint",
  smallint: "smallint",
  integer: "int",
  bigint: "bigint",
  real: "float",
  double: "double",
  date: "date",
  varbinary: "binary",
  timestamp: "timestamp",
};

/** The Glue catalogue's name of a type. */
export function hiveTypeName(type: Type): string {
  if (type.kind === "varchar") return type.length === undefined ? "string" : `varchar(${type.length})`;
  if (type.kind === "char" || type.kind === "decimal") return typeName(type);
  if (type.kind === "array") return `array<${hiveTypeName(type.element)}>`;
  if (type.kind === "map") return `map<${hiveTypeName(type.key)},${hiveTypeName(type.value)}>`;
  if (type.kind === "row")
    return `struct<${type.fields.map((field, i) => `${field.name ?? `field${i}`}:${hiveTypeName(field.type)}`).join(",")}>`;
  return names[type.kind] ?? fail("NOT_SUPPORTED", `Unsupported Hive type: ${typeName(type)}`);
}

import { fail } from "./failure";
import { array, map, type RowField, type Simple, type Type, timestamp } from "./types";

const simple: Readonly<Record<string, Type | undefined>> = {
  string: { kind: "varchar" },
  int: { kind: "integer" },
  float: { kind: "real" },
  binary: { kind: "varbinary" },
  timestamp: timestamp(3),
  ...Object.fromEntries(
    (["boolean", "tinyint", "smallint", "integer", "bigint", "double", "date"] satisfies Simple[]).map(
      (kind) => [kind, { kind }],
    ),
  ),
};

/** Reads a type as the Glue catalogue writes it: "array<struct<a:int,b:decimal(10,2)>>". */
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
    if (name === "array") return this.#within("<", ">", () => array(this.type()));
    if (name === "map")
      return this.#within("<", ">", () => {
        const key = this.type();
        this.#expect(",");
        return map(key, this.type());
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

/** A step into an item: a name, a "#name" placeholder, or a list index. */
export type Step = string | number;
export type Path = readonly Step[];

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "size"; readonly path: Operand };

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: "between"; readonly value: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly value: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Operand[] };

export type FunctionName =
  | "attribute_exists"
  | "attribute_not_exists"
  | "attribute_type"
  | "begins_with"
  | "contains";

/** The right-hand side of a SET clause. */
export type Expression =
  | Operand
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: Expression }
  | { readonly kind: "list_append"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "sum"; readonly sign: "+" | "-"; readonly left: Expression; readonly right: Expression };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly value: Expression }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: string }[];
  readonly delete: readonly { readonly path: Path; readonly value: string }[];
}

/** A parsed expression with the placeholders that it uses. */
export interface Parsed<T> {
  readonly kind: string;
  readonly tree: T;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

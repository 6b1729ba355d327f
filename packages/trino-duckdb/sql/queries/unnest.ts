import type { UnnestContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Column, Expr, Part } from "../expr";
import { type Context, compileExpression } from "../expressions/context";
import { fail } from "../failure";
import { NEVER, type Relation } from "../relation";
import { BIGINT, fieldName, quoteName, type Type, typeName } from "../types";

interface Source {
  /** The array to expand. */
  readonly parts: readonly Part[];
  /** The columns of an element: how to access each one; empty for the element itself. */
  readonly columns: readonly { readonly access: string; readonly type: Type; readonly name?: string }[];
}

/** Expands arrays side by side, maps into key and value, arrays of rows into their fields; WITH ORDINALITY. */
export function unnest(node: UnnestContext, qualifier: readonly string[], context: Context): Relation {
  const sources = node.expression().map((one) => sourceOf(compileExpression(one, context), node));
  const alias = context.session.unique("r");
  const raw = context.session.unique("e");
  const lists = sources.flatMap((source, i): Part[] => [
    i === 0 ? "" : ", ",
    "unnest(",
    ...source.parts,
    `) AS e${i}`,
  ]);
  const longest = sources.flatMap((source, i): Part[] => [
    i === 0 ? "" : ", ",
    "coalesce(len(",
    ...source.parts,
    "), 0)",
  ]);
  const position: Part[] = node.KW_ORDINALITY()
    ? [", unnest(range(1, greatest(", ...longest, ", 0) + 1)) AS o"]
    : [];
  const columns = sources.flatMap((source, i) =>
    source.columns.map(({ access, ...column }) => ({ expr: `${raw}.e${i}${access}`, ...column })),
  );
  const all: readonly (Omit<Column, "sql" | "name"> & { readonly expr: string; readonly name?: string })[] =
    node.KW_ORDINALITY() ? [...columns, { expr: `${raw}.o`, type: BIGINT }] : columns;
  return {
    fields: all.map(({ type, name }, i) => ({
      qualifier,
      column: { sql: `${alias}.c${i}`, name: name ?? `_col${i}`, type },
      ...(name !== undefined && { name }),
    })),
    parts: [
      `LATERAL (SELECT ${all.map(({ expr }, i) => `${expr} AS c${i}`).join(", ")} FROM (SELECT `,
      ...lists,
      ...position,
      `) AS ${raw}) AS ${alias}`,
    ],
    push: () => NEVER,
  };
}

function sourceOf(expr: Expr, node: UnnestContext): Source {
  const { type } = expr;
  if (type.kind === "map")
    return {
      parts: ["map_entries(", expr, ")"],
      columns: [
        { access: ".key", type: type.key },
        { access: ".value", type: type.value },
      ],
    };
  if (type.kind !== "array") return fail("TYPE_MISMATCH", `Cannot unnest type: ${typeName(type)}`, node);
  const { element } = type;
  if (element.kind !== "row") return { parts: [expr], columns: [{ access: "", type: element }] };
  return {
    parts: [expr],
    columns: element.fields.map((field, i) => ({
      access: `.${quoteName(fieldName(field, i))}`,
      type: field.type,
      ...(field.name !== undefined && { name: field.name.toLowerCase() }),
    })),
  };
}

import { cast } from "../casts";
import { build, type Expr, join, make } from "../expr";
import { raise } from "../raise";
import { BIGINT, VARCHAR } from "../types";
import { arg, type FunctionEntry, type Invocation, scalar, sql } from "./entry";

/** array_join leaves NULLs out, or writes the third argument for them. */
const joined = (call: Invocation): Expr => {
  const [list, instead] = [arg(call, 0), call.args[2]];
  const element = list.type.kind === "array" ? list.type.element : list.type;
  const text = cast(build(element, ["e"]), VARCHAR, false, call.node);
  const value = instead ? sql(call)`coalesce(${text}, ${instead})` : text;
  return sql(call)`array_to_string(list_transform(${list}, lambda e: ${value}), ${arg(call, 1)})`;
};

/** NULL as soon as one argument is, where DuckDB skips NULLs. */
const extreme =
  (name: string) =>
  (call: Invocation): Expr => {
    const nulls = call.args.flatMap((part, i) => (i === 0 ? [part, " IS NULL"] : [" OR ", part, " IS NULL"]));
    return build(call.type, [
      "CASE WHEN ",
      ...nulls,
      " THEN NULL ELSE ",
      `${name}(`,
      ...call.args.flatMap((part, i) => (i === 0 ? [part] : [", ", part])),
      ") END",
    ]);
  };

/** The n-th element counting from 1, from the end when negative, NULL beyond. */
const elementAt = (call: Invocation): Expr => {
  const index = arg(call, 1);
  const zero = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1");
  const element = sql(call)`list_extract(${arg(call, 0)}, ${index})`;
  if (typeof index.literal === "number" && index.literal !== 0) return element;
  return sql(call)`CASE WHEN ${index} = 0 THEN ${zero} ELSE ${element} END`;
};

/** Trino: NULL when the element is not found and there is a NULL among the others. */
const contains = (call: Invocation): Expr => {
  const [list, value] = [arg(call, 0), arg(call, 1)];
  return sql(
    call,
  )`CASE WHEN ${list} IS NULL OR ${value} IS NULL THEN NULL WHEN list_contains(${list}, ${value}) THEN true WHEN list_count(${list}) < len(${list}) THEN NULL ELSE false END`;
};

const anyNull =
  (name: string) =>
  (call: Invocation): Expr => {
    const list = arg(call, 0);
    return sql(call)`CASE WHEN list_count(${list}) < len(${list}) THEN NULL ELSE ${name}(${list}) END`;
  };

/** Whether a lambda holds for any, all or none of the elements, with three-valued logic. */
const matching =
  (kind: "any" | "all" | "none") =>
  (call: Invocation): Expr => {
    const found = sql(call)`list_transform(${arg(call, 0)}, ${arg(call, 1)})`;
    const stop = kind === "all" ? "false" : "true";
    const [hit, miss] = kind === "any" ? ["true", "false"] : ["false", "true"];
    return sql(
      call,
    )`CASE WHEN ${arg(call, 0)} IS NULL THEN NULL WHEN list_contains(${found}, ${stop}) THEN ${hit} WHEN list_count(${found}) < len(${found}) THEN NULL ELSE ${miss} END`;
  };

/** Duplicate keys fail in Trino; map_from_entries of DuckDB fails as well. */
const entries = (list: Expr, call: Invocation): Expr => sql(call)`map_from_entries(${list})`;

/** From the end when negative; nothing when that is before the beginning. */
const slice = (call: Invocation): Expr => {
  const [list, start, length] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = (message: string) => raise(call.type, "INVALID_FUNCTION_ARGUMENT", message);
  const from = make(BIGINT)`CASE WHEN ${start} < 0 THEN len(${list}) + ${start} + 1 ELSE ${start} END`;
  return sql(
    call,
  )`CASE WHEN ${start} = 0 THEN ${bad("SQL array indices start at 1")} WHEN ${length} < 0 THEN ${bad("length must be greater than or equal to 0")} WHEN ${from} < 1 THEN ${list}[1:0] ELSE list_slice(${list}, ${from}, ${from} + ${length} - 1) END`;
};

/** Lists side by side, the shorter ones filled up with NULL. */
const zipped = (call: Invocation): Expr => {
  const names = call.args.map((_, i) => `field${i} := e[${i + 1}]`).join(", ");
  return sql(call)`list_transform(list_zip(${join(call.args)}), lambda e: struct_pack(${names}))`;
};

export const collections: readonly FunctionEntry[] = [
  scalar("cardinality(array(T)) -> bigint", "len($1)"),
  scalar("cardinality(map(K, V)) -> bigint", "CAST(cardinality($1) AS BIGINT)"),
  scalar("element_at(array(T), bigint) -> T", elementAt),
  scalar("element_at(map(K, V), K) -> V", "map_extract_value($1, $2)"),
  scalar("contains(array(T), T) -> boolean", contains),
  scalar("array_distinct(array(T)) -> array(T)", "list_distinct_ordered($1)"),
  scalar("array_sort(array(T)) -> array(T)", "list_sort($1, 'ASC', 'NULLS LAST')"),
  scalar("array_max(array(T)) -> T", anyNull("list_max")),
  scalar("array_min(array(T)) -> T", anyNull("list_min")),
  scalar(
    "array_position(array(T), T) -> bigint",
    "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE coalesce(CAST(list_position($1, $2) AS BIGINT), 0) END",
  ),
  scalar("array_remove(array(T), T) -> array(T)", "list_filter($1, lambda e: e IS NULL OR e <> $2)"),
  scalar("array_union(array(T), array(T)) -> array(T)", "list_distinct_ordered(list_concat($1, $2))"),
  scalar(
    "array_intersect(array(T), array(T)) -> array(T)",
    "list_distinct_ordered(list_filter($1, lambda e: list_contains($2, e) OR (e IS NULL AND list_count($2) < len($2))))",
  ),
  scalar(
    "array_except(array(T), array(T)) -> array(T)",
    "list_distinct_ordered(list_filter($1, lambda e: NOT coalesce(list_contains($2, e), false) AND NOT (e IS NULL AND list_count($2) < len($2))))",
  ),
  scalar(
    "arrays_overlap(array(T), array(T)) -> boolean",
    "CASE WHEN list_has_any(list_filter($1, lambda e: e IS NOT NULL), list_filter($2, lambda e: e IS NOT NULL)) THEN true WHEN list_count($1) < len($1) OR list_count($2) < len($2) THEN NULL WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE false END",
  ),
  scalar("array_join(array(T), varchar) -> varchar", joined),
  scalar("array_join(array(T), varchar, varchar) -> varchar", joined),
  scalar("concat(array(T), array(T)...) -> array(T)", (call) =>
    build(call.type, call.args.flatMap((part, i) => (i === 0 ? ["(", part] : [" || ", part])).concat(")")),
  ),
  scalar("slice(array(T), bigint, bigint) -> array(T)", slice),
  scalar("reverse(array(T)) -> array(T)", "list_reverse($1)"),
  scalar("flatten(array(array(T))) -> array(T)", "flatten($1)"),
  scalar("repeat(T, bigint) -> array(T)", "repeat([$1], $2)"),
  scalar("trim_array(array(T), bigint) -> array(T)", (call) => {
    const [list, count] = [arg(call, 0), arg(call, 1)];
    const bad = raise(
      call.type,
      "INVALID_FUNCTION_ARGUMENT",
      "size must be between 0 and the length of the array",
    );
    return sql(
      call,
    )`CASE WHEN ${count} < 0 OR ${count} > len(${list}) THEN ${bad} ELSE list_slice(${list}, 1, len(${list}) - ${count}) END`;
  }),
  scalar("zip(array(T), array(U)) -> array(row(T, U))", zipped),
  scalar("zip(array(T), array(U), array(S)) -> array(row(T, U, S))", zipped),
  scalar(
    "zip_with(array(T), array(U), (T, U) => S) -> array(S)",
    "list_transform(list_transform(list_zip($1, $2), lambda e: struct_pack(key := e[1], value := e[2])), $3)",
  ),
  scalar("transform(array(T), (T) => U) -> array(U)", "list_transform($1, $2)"),
  scalar("filter(array(T), (T) => boolean) -> array(T)", "list_filter($1, $2)"),
  scalar("any_match(array(T), (T) => boolean) -> boolean", matching("any")),
  scalar("all_match(array(T), (T) => boolean) -> boolean", matching("all")),
  scalar("none_match(array(T), (T) => boolean) -> boolean", matching("none")),
  scalar("map() -> map(unknown, unknown)", "MAP {}"),
  scalar("map(array(K), array(V)) -> map(K, V)", "map($1, $2)"),
  scalar("map_keys(map(K, V)) -> array(K)", "map_keys($1)"),
  scalar("map_values(map(K, V)) -> array(V)", "map_values($1)"),
  scalar(
    "map_entries(map(K, V)) -> array(row(K, V))",
    "list_transform(map_entries($1), lambda e: struct_pack(field0 := e.key, field1 := e.value))",
  ),
  scalar("map_from_entries(array(row(K, V))) -> map(K, V)", (call) => entries(arg(call, 0), call)),
  scalar("map_concat(map(K, V), map(K, V)...) -> map(K, V)", "map_concat($*)"),
  scalar(
    "map_filter(map(K, V), (K, V) => boolean) -> map(K, V)",
    "map_from_entries(list_filter(map_entries($1), $2))",
  ),
  scalar(
    "transform_values(map(K, V), (K, V) => U) -> map(K, U)",
    "map(map_keys($1), list_transform(map_entries($1), $2))",
  ),
  scalar(
    "transform_keys(map(K, V), (K, V) => U) -> map(U, V)",
    "map(list_transform(map_entries($1), $2), map_values($1))",
  ),
  scalar("greatest(T, T...) -> T", extreme("greatest")),
  scalar("least(T, T...) -> T", extreme("least")),
];

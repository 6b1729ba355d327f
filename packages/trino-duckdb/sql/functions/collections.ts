import { cast } from "../casts";
import { build, type Expr, join, make, type Part } from "../expr";
import { raise } from "../raise";
import { BIGINT, VARCHAR } from "../types";
import { arg, type Invocation, scalars } from "./entry";

/** array_join omits NULLs, or replaces them by the third argument. */
const joined = (call: Invocation): Expr => {
  const [list, instead] = [arg(call, 0), call.args[2]];
  const element = list.type.kind === "array" ? list.type.element : list.type;
  const text = cast(build(element, ["e"]), VARCHAR, false, call.node);
  const value = instead ? call.result`coalesce(${text}, ${instead})` : text;
  const joinedText = call.result`array_to_string(list_transform(${list}, lambda e: ${value}), ${arg(call, 1)})`;
  // DuckDB gives NULL if there is nothing to join, Trino ''.
  return unlessNull(call, call.result`coalesce(${joinedText}, '')`);
};

/** NULL if any argument is NULL. DuckDB's functions of lists and maps ignore some NULLs. */
const unlessNull = (call: Invocation, value: Expr): Expr =>
  build(call.type, ["CASE WHEN ", ...anyIsNull(call.args), " THEN NULL ELSE ", value, " END"]);

const anyIsNull = (args: readonly Expr[]): Part[] =>
  args.flatMap((one, i): Part[] => [i === 0 ? "" : " OR ", one, " IS NULL"]);

/** For results that DuckDB computes although an argument is NULL. */
const strict =
  (template: (call: Invocation) => Expr) =>
  (call: Invocation): Expr =>
    unlessNull(call, template(call));

/** DuckDB's greatest and least skip NULLs. */
const extreme = (name: string) => strict((call) => build(call.type, [`${name}(`, ...join(call.args), ")"]));

/** Positions start at 1; negative ones count from the end; NULL outside the array. */
const elementAt = (call: Invocation): Expr => {
  const index = arg(call, 1);
  const zero = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1");
  const element = call.result`list_extract(${arg(call, 0)}, ${index})`;
  if (typeof index.literal === "number" && index.literal !== 0) return element;
  return call.result`CASE WHEN ${index} = 0 THEN ${zero} ELSE ${element} END`;
};

/** NULL if the element is not found but the array contains a NULL. */
const contains = (call: Invocation): Expr => {
  const [list, value] = [arg(call, 0), arg(call, 1)];
  return call.result`CASE WHEN ${list} IS NULL OR ${value} IS NULL THEN NULL WHEN list_contains(${list}, ${value}) THEN true WHEN list_count(${list}) < len(${list}) THEN NULL ELSE false END`;
};

const anyNull =
  (name: string) =>
  (call: Invocation): Expr => {
    const list = arg(call, 0);
    return call.result`CASE WHEN list_count(${list}) < len(${list}) THEN NULL ELSE ${name}(${list}) END`;
  };

/** any_match, all_match and none_match, with three-valued logic. */
const matching =
  (kind: "any" | "all" | "none") =>
  (call: Invocation): Expr => {
    const found = call.result`list_transform(${arg(call, 0)}, ${arg(call, 1)})`;
    const stop = kind === "all" ? "false" : "true";
    const [hit, miss] = kind === "any" ? ["true", "false"] : ["false", "true"];
    return call.result`CASE WHEN ${arg(call, 0)} IS NULL THEN NULL WHEN list_contains(${found}, ${stop}) THEN ${hit} WHEN list_count(${found}) < len(${found}) THEN NULL ELSE ${miss} END`;
  };

/** A negative start counts from the end; a start before the first element gives an empty array. */
const slice = (call: Invocation): Expr => {
  const [list, start, length] = [arg(call, 0), arg(call, 1), arg(call, 2)];
  const bad = (message: string) => raise(call.type, "INVALID_FUNCTION_ARGUMENT", message);
  const from = make(BIGINT)`CASE WHEN ${start} < 0 THEN len(${list}) + ${start} + 1 ELSE ${start} END`;
  return call.result`CASE WHEN ${start} = 0 THEN ${bad("SQL array indices start at 1")} WHEN ${length} < 0 THEN ${bad("length must be greater than or equal to 0")} WHEN ${from} < 1 THEN ${list}[1:0] ELSE list_slice(${list}, ${from}, ${from} + ${length} - 1) END`;
};

/** Shorter arrays are padded with NULL. */
const zipped = (call: Invocation): Expr => {
  const names = call.args.map((_, i) => `field${i} := e[${i + 1}]`).join(", ");
  return call.result`list_transform(list_zip(${join(call.args)}), lambda e: struct_pack(${names}))`;
};

const MAX_REPEATS = 10_000;

export const collections = scalars([
  { name: "cardinality", takes: ["array(T)"], returns: "bigint", duckdb: "len" },
  { name: "cardinality", takes: ["map(K, V)"], returns: "bigint", sql: "CAST(cardinality($1) AS BIGINT)" },
  { name: "element_at", takes: ["array(T)", "bigint"], returns: "T", sql: elementAt },
  { name: "element_at", takes: ["map(K, V)", "K"], returns: "V", duckdb: "map_extract_value" },
  { name: "contains", takes: ["array(T)", "T"], returns: "boolean", sql: contains },
  { name: "array_distinct", takes: ["array(T)"], returns: "array(T)", duckdb: "list_distinct_ordered" },
  { name: "array_sort", takes: ["array(T)"], returns: "array(T)", sql: "list_sort($1, 'ASC', 'NULLS LAST')" },
  { name: "array_max", takes: ["array(T)"], returns: "T", sql: anyNull("list_max") },
  { name: "array_min", takes: ["array(T)"], returns: "T", sql: anyNull("list_min") },
  {
    name: "array_position",
    takes: ["array(T)", "T"],
    returns: "bigint",
    sql: "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE coalesce(CAST(list_position($1, $2) AS BIGINT), 0) END",
  },
  {
    name: "array_remove",
    takes: ["array(T)", "T"],
    returns: "array(T)",
    sql: "list_filter($1, lambda e: e IS NULL OR e <> $2)",
  },
  {
    name: "array_union",
    takes: ["array(T)", "array(T)"],
    returns: "array(T)",
    sql: strict((call) => call.result`list_distinct_ordered(list_concat(${join(call.args)}))`),
  },
  {
    name: "array_intersect",
    takes: ["array(T)", "array(T)"],
    returns: "array(T)",
    sql: strict(
      ({ args: [a = "", b = ""], result }) =>
        result`list_distinct_ordered(list_filter(${a}, lambda e: list_contains(${b}, e) OR (e IS NULL AND list_count(${b}) < len(${b}))))`,
    ),
  },
  {
    name: "array_except",
    takes: ["array(T)", "array(T)"],
    returns: "array(T)",
    sql: strict(
      ({ args: [a = "", b = ""], result }) =>
        result`list_distinct_ordered(list_filter(${a}, lambda e: NOT coalesce(list_contains(${b}, e), false) AND NOT (e IS NULL AND list_count(${b}) < len(${b}))))`,
    ),
  },
  {
    name: "arrays_overlap",
    takes: ["array(T)", "array(T)"],
    returns: "boolean",
    sql: "CASE WHEN list_has_any(list_filter($1, lambda e: e IS NOT NULL), list_filter($2, lambda e: e IS NOT NULL)) THEN true WHEN list_count($1) < len($1) OR list_count($2) < len($2) THEN NULL WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE false END",
  },
  { name: "array_join", takes: ["array(T)", "varchar"], returns: "varchar", sql: joined },
  { name: "array_join", takes: ["array(T)", "varchar", "varchar"], returns: "varchar", sql: joined },
  {
    name: "concat",
    takes: ["array(T)", "array(T)..."],
    returns: "array(T)",
    sql: (call) =>
      build(call.type, call.args.flatMap((part, i) => (i === 0 ? ["(", part] : [" || ", part])).concat(")")),
  },
  { name: "slice", takes: ["array(T)", "bigint", "bigint"], returns: "array(T)", sql: slice },
  { name: "reverse", takes: ["array(T)"], returns: "array(T)", duckdb: "list_reverse" },
  { name: "flatten", takes: ["array(array(T))"], returns: "array(T)" },
  {
    name: "repeat",
    takes: ["T", "bigint"],
    returns: "array(T)",
    sql: (call) => {
      const [value, count] = [arg(call, 0), arg(call, 1)];
      const bad = (limit: string) =>
        raise(call.type, "INVALID_FUNCTION_ARGUMENT", `count argument of repeat function must be ${limit}`);
      // Both limits are Trino's: io.trino.operator.scalar.RepeatFunction.
      return call.result`CASE WHEN ${count} > ${String(MAX_REPEATS)} THEN ${bad(`less than or equal to ${MAX_REPEATS}`)} WHEN ${count} < 0 THEN ${bad("greater than or equal to 0")} ELSE repeat([${value}], ${count}) END`;
    },
  },
  {
    name: "trim_array",
    takes: ["array(T)", "bigint"],
    returns: "array(T)",
    sql: (call) => {
      const [list, count] = [arg(call, 0), arg(call, 1)];
      const bad = raise(
        call.type,
        "INVALID_FUNCTION_ARGUMENT",
        "size must be between 0 and the length of the array",
      );
      return call.result`CASE WHEN ${count} < 0 OR ${count} > len(${list}) THEN ${bad} ELSE list_slice(${list}, 1, len(${list}) - ${count}) END`;
    },
  },
  { name: "zip", takes: ["array(T)", "array(U)"], returns: "array(row(T, U))", sql: zipped },
  { name: "zip", takes: ["array(T)", "array(U)", "array(S)"], returns: "array(row(T, U, S))", sql: zipped },
  {
    name: "zip_with",
    takes: ["array(T)", "array(U)", "(T, U) => S"],
    returns: "array(S)",
    sql: "list_transform(list_transform(list_zip($1, $2), lambda e: struct_pack(key := e[1], value := e[2])), $3)",
  },
  { name: "transform", takes: ["array(T)", "(T) => U"], returns: "array(U)", duckdb: "list_transform" },
  { name: "filter", takes: ["array(T)", "(T) => boolean"], returns: "array(T)", duckdb: "list_filter" },
  { name: "any_match", takes: ["array(T)", "(T) => boolean"], returns: "boolean", sql: matching("any") },
  { name: "all_match", takes: ["array(T)", "(T) => boolean"], returns: "boolean", sql: matching("all") },
  { name: "none_match", takes: ["array(T)", "(T) => boolean"], returns: "boolean", sql: matching("none") },
  { name: "map", takes: [], returns: "map(unknown, unknown)", sql: "MAP {}" },
  { name: "map", takes: ["array(K)", "array(V)"], returns: "map(K, V)" },
  { name: "map_keys", takes: ["map(K, V)"], returns: "array(K)" },
  { name: "map_values", takes: ["map(K, V)"], returns: "array(V)" },
  {
    name: "map_entries",
    takes: ["map(K, V)"],
    returns: "array(row(K, V))",
    sql: "list_transform(map_entries($1), lambda e: struct_pack(field0 := e.key, field1 := e.value))",
  },
  {
    name: "map_from_entries",
    takes: ["array(row(K, V))"],
    returns: "map(K, V)",
    sql: "map_from_entries($1)",
  },
  {
    name: "map_concat",
    takes: ["map(K, V)", "map(K, V)..."],
    returns: "map(K, V)",
    sql: strict((call) => build(call.type, ["map_concat(", ...join(call.args), ")"])),
  },
  {
    name: "map_filter",
    takes: ["map(K, V)", "(K, V) => boolean"],
    returns: "map(K, V)",
    sql: "map_from_entries(list_filter(map_entries($1), $2))",
  },
  {
    name: "transform_values",
    takes: ["map(K, V)", "(K, V) => U"],
    returns: "map(K, U)",
    sql: "map(map_keys($1), list_transform(map_entries($1), $2))",
  },
  {
    name: "transform_keys",
    takes: ["map(K, V)", "(K, V) => U"],
    returns: "map(U, V)",
    sql: "map(list_transform(map_entries($1), $2), map_values($1))",
  },
  { name: "greatest", takes: ["T", "T..."], returns: "T", sql: extreme("greatest") },
  { name: "least", takes: ["T", "T..."], returns: "T", sql: extreme("least") },
]);

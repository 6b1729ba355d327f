import { cast } from "../casts";
import { build, type Expr, join, make, type Part } from "../expr";
import { notSupported } from "../failure";
import { raise } from "../raise";
import { BIGINT, BOOLEAN, duckType, isFloating, type Type, typeName, VARCHAR } from "../types";
import { arg, type Invocation, scalars } from "./entry";

/** array_join omits NULLs, or replaces them by the third argument. */
const joined = (call: Invocation): Expr => {
  const [list, instead] = [arg(call, 0), call.args[2]];
  const element = list.type.kind === "array" ? list.type.element : list.type;
  const text = cast(build(element, ["e"]), VARCHAR, false, call.node);
  const value = instead ? call.result`coalesce(${text}, ${instead})` : text;
  const texts = call.result`list_transform(${list}, lambda e: ${value})`;
  const separator = arg(call, 1);
  // DuckDB's array_to_string takes only a constant.
  const joinedText =
    separator.literal === undefined
      ? call.result`CASE WHEN list_count(${texts}) > 0 THEN list_reduce(list_filter(${texts}, lambda e: e IS NOT NULL), lambda a, b: a || ${separator} || b) END`
      : call.result`array_to_string(${texts}, ${separator})`;
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
const extreme = (name: string) =>
  sortable(
    strict((call) => {
      if (name === "least" || !isFloating(call.type))
        return build(call.type, [`${name}(`, ...join(call.args), ")"]);
      // NaN is the largest value in DuckDB, and less than all others in Trino's greatest.
      const numbers = build(call.type, ["list_filter([", ...join(call.args), "], lambda e: NOT isnan(e))"]);
      return call.result`coalesce(list_max(${numbers}), CAST('nan' AS ${duckType(call.type)}))`;
    }),
    (call) => call.type,
  );

/** Refuses arrays and rows: Trino fails when it compares two with NULLs inside, DuckDB orders them. */
const sortable =
  (sql: (call: Invocation) => Expr, ordered: (call: Invocation) => Type = elementOf) =>
  (call: Invocation): Expr => {
    const type = ordered(call);
    return isNested(type) ? notSupported(`ordering ${typeName(type)}`, call.node) : sql(call);
  };

const elementOf = (call: Invocation): Type => {
  const { type } = arg(call, 0);
  return type.kind === "array" ? type.element : type;
};

/** Refuses elements that are arrays, rows or maps: their equality is NULL or fails if they have NULLs inside. */
const comparing =
  (sql: (call: Invocation) => Expr) =>
  (call: Invocation): Expr => {
    const { type } = arg(call, 0);
    return type.kind === "array" && isNested(type.element)
      ? notSupported(`comparing elements of ${typeName(type)}`, call.node)
      : sql(call);
  };

const isNested = ({ kind }: Type): boolean => kind === "array" || kind === "row" || kind === "map";

/** Positions start at 1; negative ones count from the end; NULL outside the array. */
const elementAt = (call: Invocation): Expr => {
  const index = arg(call, 1);
  const zero = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1");
  const element = call.result`list_extract(${arg(call, 0)}, ${index})`;
  if (typeof index.literal === "number" && index.literal !== 0) return element;
  return call.result`CASE WHEN ${index} = 0 AND ${arg(call, 0)} IS NOT NULL THEN ${zero} ELSE ${element} END`;
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

/** NaN is the largest value in DuckDB; Trino's array_max finds it only if the first element is NaN. */
const arrayMax = (call: Invocation): Expr => {
  const largest = anyNull("list_max")(call);
  if (!isFloating(call.type)) return largest;
  const list = arg(call, 0);
  return call.result`CASE WHEN list_contains(${list}, CAST('nan' AS ${duckType(call.type)})) AND list_count(${list}) = len(${list}) THEN CAST('nan' AS ${duckType(call.type)}) ELSE ${largest} END`;
};

/** An empty array overlaps with nothing, even if the other one has NULLs. */
const overlap = strict((call) => {
  const [a, b] = [arg(call, 0), arg(call, 1)];
  const known = (list: Expr) => make(list.type)`list_filter(${list}, lambda e: e IS NOT NULL)`;
  const hasNull = (list: Expr) => make(BOOLEAN)`list_count(${list}) < len(${list})`;
  return call.result`CASE WHEN len(${a}) = 0 OR len(${b}) = 0 THEN false WHEN list_has_any(${known(a)}, ${known(b)}) THEN true WHEN ${hasNull(a)} OR ${hasNull(b)} THEN NULL ELSE false END`;
});

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
  return call.result`CASE WHEN ${list} IS NULL OR ${start} IS NULL OR ${length} IS NULL THEN NULL WHEN ${start} = 0 THEN ${bad("SQL array indices start at 1")} WHEN ${length} < 0 THEN ${bad("length must be greater than or equal to 0")} WHEN ${from} < 1 THEN ${list}[1:0] ELSE list_slice(${list}, ${from}, ${from} + ${length} - 1) END`;
};

/** Shorter arrays are padded with NULL. */
const zipped = strict((call: Invocation): Expr => {
  const names = call.args.map((_, i) => `field${i} := e[${i + 1}]`).join(", ");
  return call.result`list_transform(list_zip(${join(call.args)}), lambda e: struct_pack(${names}))`;
});

const MAX_REPEATS = 10_000;

export const collections = scalars([
  { name: "cardinality", takes: ["array(T)"], returns: "bigint", duckdb: "len" },
  { name: "cardinality", takes: ["map(K, V)"], returns: "bigint", sql: "CAST(cardinality($1) AS BIGINT)" },
  { name: "element_at", takes: ["array(T)", "bigint"], returns: "T", sql: elementAt },
  { name: "element_at", takes: ["map(K, V)", "K"], returns: "V", duckdb: "map_extract_value" },
  { name: "contains", takes: ["array(T)", "T"], returns: "boolean", sql: contains },
  { name: "array_distinct", takes: ["array(T)"], returns: "array(T)", duckdb: "list_distinct_ordered" },
  {
    name: "array_sort",
    takes: ["array(O)"],
    returns: "array(O)",
    sql: sortable((call) => call.result`list_sort(${arg(call, 0)}, 'ASC', 'NULLS LAST')`),
  },
  {
    name: "array_sort",
    takes: ["array(T)", "(T, T) => integer"],
    returns: "array(T)",
    // The place of an element is the number of elements that the comparator puts before it; equal ones keep their order.
    sql: ({ args: [list = "", compare = ""], result }) => {
      const others = result`(${list}[1:i - 1] || ${list}[i + 1:])`;
      const pairs = result`list_transform(${others}, lambda y: struct_pack(key := y, value := x))`;
      const before = result`len(list_filter(list_transform(${pairs}, ${compare}), lambda c: c < 0))`;
      const placed = result`list_transform(${list}, lambda x, i: struct_pack(before := ${before}, i := i, x := x))`;
      return result`list_transform(list_sort(${placed}), lambda p: p.x)`;
    },
  },
  {
    name: "combinations",
    takes: ["array(T)", "bigint"],
    returns: "array(array(T))",
    sql: "list_transform(trino_combinations(len($1), $2), lambda c: list_transform(c, lambda i: $1[i]))",
  },
  { name: "array_max", takes: ["array(O)"], returns: "O", sql: sortable(arrayMax) },
  { name: "array_min", takes: ["array(O)"], returns: "O", sql: sortable(anyNull("list_min")) },
  {
    name: "array_position",
    takes: ["array(T)", "T"],
    returns: "bigint",
    sql: comparing(
      strict((call) => call.result`coalesce(CAST(list_position(${join(call.args)}) AS BIGINT), 0)`),
    ),
  },
  {
    name: "array_remove",
    takes: ["array(T)", "T"],
    returns: "array(T)",
    sql: comparing(
      strict(
        ({ args: [list = "", value = ""], result }) =>
          result`list_filter(${list}, lambda e: e IS NULL OR e <> ${value})`,
      ),
    ),
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
    takes: ["array(O)", "array(O)"],
    returns: "boolean",
    sql: comparing(overlap),
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
      return call.result`CASE WHEN ${list} IS NULL OR ${count} IS NULL THEN NULL WHEN ${count} < 0 OR ${count} > len(${list}) THEN ${bad} ELSE list_slice(${list}, 1, len(${list}) - ${count}) END`;
    },
  },
  ...[2, 3, 4, 5].map((count) => {
    const variables = ["T", "U", "S", "V", "W"].slice(0, count);
    return {
      name: "zip",
      takes: variables.map((variable) => `array(${variable})`),
      returns: `array(row(${variables.join(", ")}))`,
      sql: zipped,
    };
  }),
  {
    name: "zip_with",
    takes: ["array(T)", "array(U)", "(T, U) => S"],
    returns: "array(S)",
    sql: "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE list_transform(list_transform(list_zip($1, $2), lambda e: struct_pack(key := e[1], value := e[2])), $3) END",
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
  {
    name: "map_zip_with",
    takes: ["map(K, V)", "map(K, W)", "(K, V, W) => U"],
    returns: "map(K, U)",
    // The keys of the first map, then those that only the second has.
    sql: ({ args: [a = "", b = "", combine = ""], result }) => {
      const keys = result`list_concat(map_keys(${a}), list_filter(map_keys(${b}), lambda k: NOT list_contains(map_keys(${a}), k)))`;
      const entries = result`list_transform(${keys}, lambda k: struct_pack(p1 := k, p2 := map_extract_value(${a}, k), p3 := map_extract_value(${b}, k)))`;
      return result`CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE map(${keys}, list_transform(${entries}, ${combine})) END`;
    },
  },
  {
    name: "multimap_from_entries",
    takes: ["array(row(K, V))"],
    returns: "map(K, array(V))",
    sql: (call) => {
      const list = arg(call, 0);
      const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "map entry or its key cannot be null");
      const entries = call.result`list_transform(${list}, lambda e: struct_pack(k := struct_extract_at(e, 1), v := struct_extract_at(e, 2)))`;
      return call.result`CASE WHEN list_bool_or(list_transform(${list}, lambda e: e IS NULL OR struct_extract_at(e, 1) IS NULL)) THEN ${bad} ELSE multimap_of(${entries}) END`;
    },
  },
  {
    name: "contains_sequence",
    takes: ["array(T)", "array(T)"],
    returns: "boolean",
    sql: comparing(
      strict(
        ({ args: [list = "", part = ""], result }) =>
          result`(len(${part}) = 0 OR len(list_filter(range(1, len(${list}) - len(${part}) + 2), lambda i: ${list}[i:i + len(${part}) - 1] = ${part})) > 0)`,
      ),
    ),
  },
  {
    name: "ngrams",
    takes: ["array(T)", "bigint"],
    returns: "array(array(T))",
    sql: strict((call) => {
      const [list, size] = [arg(call, 0), arg(call, 1)];
      const bad = raise(call.type, "INVALID_FUNCTION_ARGUMENT", "N must be positive");
      return call.result`CASE WHEN ${size} <= 0 THEN ${bad} WHEN len(${list}) <= ${size} THEN [${list}] ELSE list_transform(range(1, len(${list}) - ${size} + 2), lambda i: ${list}[i:i + ${size} - 1]) END`;
    }),
  },
  {
    name: "cosine_similarity",
    takes: ["map(varchar, double)", "map(varchar, double)"],
    returns: "double",
    sql: strict(({ args: [a = "", b = ""], result }) => {
      const norm = (map: Part) =>
        result`sqrt(coalesce(list_sum(list_transform(map_values(${[map]}), lambda v: v * v)), 0))`;
      const dot = result`coalesce(list_sum(list_transform(map_entries(${a}), lambda e: CASE WHEN map_contains(${b}, e.key) THEN e.value * map_extract_value(${b}, e.key) ELSE 0 END)), 0)`;
      return result`CASE WHEN list_count(map_values(${a})) + list_count(map_values(${b})) < cardinality(${a}) + cardinality(${b}) THEN NULL ELSE ${dot} / (${norm(a)} * ${norm(b)}) END`;
    }),
  },
  { name: "greatest", takes: ["O", "O..."], returns: "O", sql: extreme("greatest") },
  { name: "least", takes: ["O", "O..."], returns: "O", sql: extreme("least") },
]);

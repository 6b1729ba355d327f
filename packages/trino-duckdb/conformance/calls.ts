import { readFileSync } from "node:fs";
import { join } from "node:path";
import { specialArguments } from "./arguments";
import type { Random } from "./random";
import { literalOf, literals, splitTypes } from "./values";

interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly kind: string;
}

/** The functions of Trino's SHOW FUNCTIONS: name, result, parameters and kind. */
const signatures: readonly Signature[] = readFileSync(join(__dirname, "signatures.tsv"), "utf8")
  .trim()
  .split("\n")
  .map((line) => {
    const [name = "", , parameters = "", kind = ""] = line.split("\t");
    return { name, parameters: splitTypes(parameters), kind };
  });

/** Functions whose results differ from run to run, and functions that Trino has had only after Athena engine 3. */
const left = new Set(
  `random rand uuid shuffle now current_date current_timezone current_groups version typeof
  array_first array_last array_histogram cosine_distance dot_product euclidean_distance exclude_columns
  parse_presto_data_size listagg`.split(/\s+/),
);

export const functionNames: readonly string[] = [...new Set(signatures.map(({ name }) => name))].filter(
  (name) => !left.has(name),
);

const simpleTypes = [
  "integer",
  "bigint",
  "varchar",
  "double",
  "boolean",
  "date",
  "timestamp(3)",
  "decimal(10,2)",
];
const keyTypes = ["varchar", "varchar", "integer", "bigint", "date"];
const elementTypes = [
  ...simpleTypes,
  "integer",
  "varchar",
  "array(integer)",
  "row(integer, varchar)",
  "map(varchar, integer)",
];
const decimals = [
  "decimal(3,1)",
  "decimal(10,2)",
  "decimal(18,6)",
  "decimal(20,0)",
  "decimal(38,10)",
  "decimal(38,0)",
  "decimal(2,2)",
];

/** A type variable for keys has no nested types. */
const variableTypes = (name: string): readonly string[] => (/^k/i.test(name) ? keyTypes : elementTypes);

/** Replaces type variables and the parameters of types by concrete ones. */
function concrete(type: string, bound: Map<string, string>, random: Random): string {
  const bind = (name: string, types: readonly string[]) => {
    const known = bound.get(name) ?? random.pick(types);
    bound.set(name, known);
    return known;
  };
  const nested = /^(array|map|row|function|qdigest)\((.*)\)$/.exec(type);
  if (nested) {
    const parts = splitTypes(nested[2] ?? "").map((part) => concrete(part, bound, random));
    return `${nested[1]}(${parts.join(", ")})`;
  }
  if (/^decimal\([a-z]/.test(type)) return bind(type, decimals);
  if (/^varchar\(/.test(type)) return "varchar";
  if (/^char\([a-z]/.test(type)) return "char(5)";
  if (type === "timestamp(p)")
    return bind(type, [
      "timestamp(3)",
      "timestamp(3)",
      "timestamp(3)",
      "timestamp(0)",
      "timestamp(6)",
      "timestamp(9)",
    ]);
  if (type === "timestamp(p) with time zone") return "timestamp(3) with time zone";
  if (type === "time(p)") return bind(type, ["time", "time", "time(0)"]);
  if (type === "time(p) with time zone") return "time with time zone";
  if (type === "joniregexp" || type === "jsonpath" || type === "codepoints") return "varchar";
  if (/^([a-z]|[a-z]\d)$/i.test(type)) return bind(type, variableTypes(type));
  return type;
}

/** One call of a function with arguments of one of its signatures. */
export function call(name: string, random: Random): string {
  const choices = signatures.filter((one) => one.name === name);
  const signature = random.pick(choices);
  const bound = new Map<string, string>();
  const types = signature.parameters.map((type) => concrete(type, bound, random));
  const repeated = ["concat", "greatest", "least", "map_concat", "concat_ws"].includes(name)
    ? [...types, ...Array.from({ length: 1 + random.below(2) }, () => types.at(-1) ?? "varchar")]
    : types;
  const args = repeated.map((type, i) => argument(name, i, type, random));
  if (signature.kind === "scalar") return scalar(name, args, repeated, random);
  return signature.kind === "window"
    ? windowed(name, args, repeated, random)
    : aggregate(name, args, repeated, random);
}

interface Argument {
  readonly sql: string;
  /** Lambdas, and constants as people write them, stay in the call. */
  readonly inline: boolean;
}

function argument(name: string, index: number, type: string, random: Random): Argument {
  const base = type.replace(/\(\d+\)/g, "").replace(/^interval.*/, "interval");
  const special =
    specialArguments[`${name}#${index}:${type}`] ??
    specialArguments[`${name}#${index}:${base}`] ??
    specialArguments[`${name}#${index}`];
  if (type.startsWith("function("))
    return { sql: lambda(name, splitTypes(type.slice(9, -1)), random), inline: true };
  if (special && random.chance(0.95))
    return { sql: random.pick(special), inline: index > 0 && random.chance(0.9) };
  return { sql: sketch(type, random) ?? literalOf(type, random), inline: false };
}

/** Values of types without literals. */
function sketch(type: string, random: Random): string | undefined {
  if (type === "hyperloglog") return "(SELECT approx_set(x) FROM (VALUES 1, 2, 2, 3) AS s(x))";
  if (type === "setdigest") return "(SELECT make_set_digest(x) FROM (VALUES 1, 2, 2, 3) AS s(x))";
  if (type === "tdigest") return "(SELECT tdigest_agg(x) FROM (VALUES 1e0, 2e0, 5e0) AS s(x))";
  const digest = /^qdigest\((.*)\)$/.exec(type);
  if (digest) return `(SELECT qdigest_agg(CAST(x AS ${digest[1]})) FROM (VALUES 1, 2, 5) AS s(x))`;
  return type === "color" ? random.pick(["color('red')", "color('#00ff00')"]) : undefined;
}

function scalar(name: string, args: readonly Argument[], types: readonly string[], random: Random): string {
  if (name === "normalize")
    return `SELECT normalize(${args[0]?.sql}, ${random.pick(["NFC", "NFD", "NFKC", "NFKD"])})`;
  if (
    args.length === 0 ||
    random.chance(0.5) ||
    types.some((type) => /^(hyper|setd|tdi|qdi|color)/.test(type))
  )
    return `SELECT ${name}(${args.map(({ sql }) => sql).join(", ")})`;
  const columns = args.flatMap(({ inline }, i) => (inline ? [] : [i]));
  if (columns.length === 0) return `SELECT ${name}(${args.map(({ sql }) => sql).join(", ")})`;
  const listed = args.map(({ sql, inline }, i) => (inline ? sql : `c${i}`)).join(", ");
  const values = columns.map((i) => args[i]?.sql).join(", ");
  return `SELECT ${name}(${listed}) FROM (VALUES (${values})) AS t(${columns.map((i) => `c${i}`).join(", ")})`;
}

/** A table of a few rows with the columns that the arguments need. */
function table(
  args: readonly Argument[],
  types: readonly string[],
  random: Random,
  name: string,
): { columns: string; rows: string } {
  const count = random.pick([0, 1, 3, 4, 5, 6]);
  const rows = Array.from({ length: Math.max(1, count) }, (_, i) => {
    const cells = args.flatMap((one, at) =>
      one.inline ? [] : [argument(name, at, types[at] ?? "bigint", random).sql],
    );
    return `(${[String(i), String(i % 2), ...cells].join(", ")})`;
  });
  return {
    columns: ["id", "g", ...args.flatMap((one, at) => (one.inline ? [] : [`c${at}`]))].join(", "),
    rows: `${rows.join(", ")}`,
  };
}

/** Counts, shares and lambdas are constants; the other arguments are columns. */
const constants = (name: string, args: readonly Argument[]): Argument[] =>
  args.map((one, i) => ({
    ...one,
    inline:
      one.inline ||
      (`${name}#${i}` in specialArguments && i > 0) ||
      (name === "numeric_histogram" && i === 0) ||
      (name === "approx_most_frequent" && i !== 1) ||
      name === "ntile",
  }));

function aggregate(
  name: string,
  given: readonly Argument[],
  types: readonly string[],
  random: Random,
): string {
  const args = constants(name, given);
  const { columns, rows } = table(args, types, random, name);
  const listed = args.map(({ sql, inline }, i) => (inline ? sql : `c${i}`)).join(", ");
  const ordered = ["array_agg", "arbitrary", "any_value", "map_agg", "multimap_agg", "map_union"].includes(
    name,
  );
  const order = ordered ? " ORDER BY id" : "";
  const comparable = !/^(map|json|tdigest|qdigest|hyper|setd)/.test(types[0] ?? "map") && !ordered;
  const distinct = comparable && args.length === 1 && random.chance(0.15) ? "DISTINCT " : "";
  const filter = random.chance(0.15) ? " FILTER (WHERE id > 1)" : "";
  const expression = `${name}(${distinct}${listed}${order})${filter}`;
  const from = `FROM (VALUES ${rows}) AS t(${columns})`;
  if (random.chance(0.25) && !ordered && distinct === "")
    return `SELECT id, ${name}(${listed})${filter} OVER (PARTITION BY g ORDER BY id) ${from}`;
  return random.chance(0.4)
    ? `SELECT g, ${expression} ${from} GROUP BY g`
    : `SELECT ${expression} ${from}${random.chance(0.1) ? " WHERE id < 0" : ""}`;
}

function windowed(
  name: string,
  given: readonly Argument[],
  types: readonly string[],
  random: Random,
): string {
  const args = constants(name, given);
  const { columns, rows } = table(args, types, random, name);
  const listed = args.map(({ sql, inline }, i) => (inline ? sql : `c${i}`)).join(", ");
  const nulls =
    ["lag", "lead", "first_value", "last_value", "nth_value"].includes(name) && random.chance(0.3)
      ? " IGNORE NULLS"
      : "";
  const frame =
    ["first_value", "last_value", "nth_value"].includes(name) && random.chance(0.4)
      ? " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING"
      : "";
  const partition = random.chance(0.5) ? "PARTITION BY g " : "";
  const order =
    ["rank", "dense_rank", "cume_dist", "percent_rank"].includes(name) && random.chance(0.5) ? "g" : "id";
  return `SELECT id, ${name}(${listed})${nulls} OVER (${partition}ORDER BY ${order}${frame}) FROM (VALUES ${rows}) AS t(${columns})`;
}

const numeric = (type: string): boolean =>
  /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type);

function lambda(name: string, types: readonly string[], random: Random): string {
  const result = types.at(-1) ?? "boolean";
  const inputs = types.slice(0, -1);
  const names = ["x", "y", "z"].slice(0, inputs.length);
  const head = names.length === 1 && random.chance(0.5) ? "x" : `(${names.join(", ")})`;
  return `${head} -> ${bodyOf(name, inputs, names, result, random)}`;
}

function bodyOf(
  name: string,
  inputs: readonly string[],
  names: readonly string[],
  result: string,
  random: Random,
): string {
  const [type = "bigint"] = inputs;
  if (name === "array_sort") return "IF(x < y, 1, IF(x = y, 0, -1))";
  if (name === "regexp_replace") return random.pick(["upper(x[1])", "x[1]", "'<' || x[1] || '>'"]);
  if (result === "boolean") return predicate(inputs, names, random);
  if (name === "reduce" || name === "reduce_agg") {
    if (inputs.length === 1) return "x";
    return inputs[0] === inputs[1] && numeric(inputs[0] ?? "")
      ? "x + y"
      : random.pick(["x", "coalesce(x, x)"]);
  }
  const picked = names.at(-1) ?? "x";
  const own = inputs.at(-1) ?? type;
  if (result === own)
    return numeric(own) ? random.pick([picked, `${picked} + ${picked}`, `-${picked}`]) : picked;
  return `CAST(${literalOf(result, random)} AS ${result})`;
}

function predicate(inputs: readonly string[], names: readonly string[], random: Random): string {
  const at = random.below(names.length);
  const [name = "x", type = "bigint"] = [names[at], inputs[at]];
  const choices = [`${name} IS NOT NULL`, `${name} IS NULL`, "true"];
  if (numeric(type)) choices.push(`${name} > 1`, `${name} % 2 = 0`, `${name} BETWEEN 0 AND 10`);
  if (type === "varchar") choices.push(`length(${name}) > 1`, `${name} LIKE '%a%'`, `${name} = 'a'`);
  const pool = literals[type];
  if (pool) choices.push(`${name} = ${random.pick(pool)}`, `${name} <> ${random.pick(pool)}`);
  return random.pick(choices);
}

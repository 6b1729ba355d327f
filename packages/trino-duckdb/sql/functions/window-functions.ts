import { build, type Expr, type Part } from "../expr";
import { raise } from "../raise";
import { arg, type Invocation, windows } from "./entry";

/** Trino fails if an offset or a count is out of range; DuckDB returns NULL or reverses the direction. */
const checked =
  (name: string, least: number, message: string) =>
  (call: Invocation): Expr => {
    const count = name === "ntile" ? arg(call, 0) : call.args[1];
    const bad = count && raise(count.type, "INVALID_FUNCTION_ARGUMENT", message);
    const safe = (one: Expr): Expr =>
      one !== count || !bad || (typeof one.literal === "number" && one.literal >= least)
        ? one
        : build(one.type, ["CASE WHEN ", one, ` < ${least} THEN `, bad, " ELSE ", one, " END"]);
    const args = call.args.flatMap((one, i): Part[] => (i === 0 ? [safe(one)] : [", ", safe(one)]));
    return build(call.type, [`${name}(`, ...args, ...call.suffix, ")", ...call.over], { window: true });
  };

export const windowFunctions = windows([
  { name: ["row_number", "rank", "dense_rank"], takes: [], returns: "bigint" },
  { name: ["percent_rank", "cume_dist"], takes: [], returns: "double" },
  {
    name: "ntile",
    takes: ["bigint"],
    returns: "bigint",
    sql: checked("ntile", 1, "Buckets must be greater than 0"),
  },
  ...["lag", "lead"].flatMap((name) => [
    { name, takes: ["T"], returns: "T" },
    { name, takes: ["T", "bigint", "T?"], returns: "T", sql: checked(name, 0, "Offset must be at least 0") },
  ]),
  { name: "first_value", takes: ["T"], returns: "T" },
  { name: "last_value", takes: ["T"], returns: "T" },
  {
    name: "nth_value",
    takes: ["T", "bigint"],
    returns: "T",
    sql: checked("nth_value", 1, "Offset must be at least 1"),
  },
]);

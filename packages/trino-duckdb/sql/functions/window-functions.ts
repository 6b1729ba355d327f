import { build, type Expr, type Part } from "../expr";
import { raise } from "../raise";
import { arg, type FunctionEntry, type Invocation, window } from "./entry";

/** Trino fails where an offset or a count is out of range; DuckDB gives NULL or counts the other way. */
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

export const windows: readonly FunctionEntry[] = [
  ...["row_number", "rank", "dense_rank"].map((name) => window(`${name}() -> bigint`, `${name}[[]]`)),
  ...["percent_rank", "cume_dist"].map((name) => window(`${name}() -> double`, `${name}[[]]`)),
  window("ntile(bigint) -> bigint", checked("ntile", 1, "Buckets must be greater than 0")),
  ...["lag", "lead"].flatMap((name) => [
    window(`${name}(T) -> T`, `${name}[[$1]]`),
    window(`${name}(T, bigint) -> T`, checked(name, 0, "Offset must be at least 0")),
    window(`${name}(T, bigint, T) -> T`, checked(name, 0, "Offset must be at least 0")),
  ]),
  window("first_value(T) -> T", "first_value[[$1]]"),
  window("last_value(T) -> T", "last_value[[$1]]"),
  window("nth_value(T, bigint) -> T", checked("nth_value", 1, "Offset must be at least 1")),
];

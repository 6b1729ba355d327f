import { arg, type FunctionEntry, type Invocation, scalar, sql } from "./entry";

/** In the bits of the type; what is shifted out is lost. */
const shift = (direction: "left" | "right") => (call: Invocation) => {
  const { kind } = call.type;
  const bits = { tinyint: 8, smallint: 16, integer: 32 }[kind as string] ?? 64;
  return sql(
    call,
  )`CAST(trino_shift_${direction}(CAST(${arg(call, 0)} AS BIGINT), ${arg(call, 1)}, CAST(${String(bits)} AS BIGINT)) AS ${kind})`;
};

export const bits: readonly FunctionEntry[] = [
  scalar("bitwise_and(bigint, bigint) -> bigint", "($1 & $2)"),
  scalar("bitwise_or(bigint, bigint) -> bigint", "($1 | $2)"),
  scalar("bitwise_xor(bigint, bigint) -> bigint", "xor($1, $2)"),
  scalar("bitwise_not(bigint) -> bigint", "(-1 - $1)"),
  scalar("bitwise_left_shift(I, bigint) -> I", shift("left")),
  scalar("bitwise_right_shift(I, bigint) -> I", shift("right")),
  scalar("bit_count(bigint, bigint) -> bigint", "trino_bit_count($1, $2)"),
];

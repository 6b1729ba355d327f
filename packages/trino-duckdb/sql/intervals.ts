import { type Expr, make } from "./expr";
import { BIGINT } from "./types";

const bigint = make(BIGINT);

/** DuckDB stores an interval as months, days and microseconds; Trino as one number. */
export const milliseconds = (interval: Expr): Expr =>
  bigint`((epoch_us(TIMESTAMP '2000-01-01' + ${interval}) - 946684800000000) // 1000)`;

/** Intervals of a number of milliseconds and of months. */
export const ofMilliseconds = (count: Expr): Expr =>
  make({ kind: "interval day to second" })`to_microseconds(CAST(${count} AS BIGINT) * 1000)`;

export const ofMonths = (count: Expr): Expr =>
  make({ kind: "interval year to month" })`to_months(CAST(${count} AS INTEGER))`;

export const months = (interval: Expr): Expr =>
  bigint`((year(DATE '2000-01-01' + ${interval}) - 2000) * 12 + month(DATE '2000-01-01' + ${interval}) - 1)`;

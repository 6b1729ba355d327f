import { type Expr, make } from "./expr";
import { BIGINT } from "./types";

const bigint = make(BIGINT);

/** DuckDB stores an interval as months, days and microseconds; Trino as one number. */
export const milliseconds = (interval: Expr): Expr =>
  bigint`((epoch_us(TIMESTAMP '2000-01-01' + ${interval}) - 946684800000000) // 1000)`;

export const months = (interval: Expr): Expr =>
  bigint`((year(DATE '2000-01-01' + ${interval}) - 2000) * 12 + month(DATE '2000-01-01' + ${interval}) - 1)`;

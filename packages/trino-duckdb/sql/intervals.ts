import { type Expr, make } from "./expr";
import { BIGINT } from "./types";

/** DuckDB keeps months, days and microseconds apart; Trino's intervals are one number. */
export const milliseconds = (interval: Expr): Expr =>
  make(BIGINT)`((epoch_us(TIMESTAMP '2000-01-01' + ${interval}) - 946684800000000) // 1000)`;

export const months = (interval: Expr): Expr =>
  make(
    BIGINT,
  )`((year(DATE '2000-01-01' + ${interval}) - 2000) * 12 + month(DATE '2000-01-01' + ${interval}) - 1)`;

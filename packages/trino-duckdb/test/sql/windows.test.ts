import { answers } from "./evaluate";

answers("Windows", [
  [
    "a negative frame offset fails",
    "SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM (VALUES 1) t(x)",
    "INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null",
  ],
  [
    "a negative frame offset from a column fails",
    "SELECT sum(x) OVER (ORDER BY x ROWS n PRECEDING) FROM (VALUES (1, -1)) t(x, n)",
    "INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null",
  ],
  [
    "a negative interval as frame offset fails",
    "SELECT sum(1) OVER (ORDER BY d RANGE INTERVAL '-1' DAY PRECEDING) FROM (VALUES DATE '2026-01-01') t(d)",
    "INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null",
  ],
  [
    "frames of days, groups and rows",
    "SELECT d, sum(v) OVER (ORDER BY d RANGE INTERVAL '1' DAY PRECEDING), sum(v) OVER (ORDER BY d GROUPS 1 PRECEDING), sum(v) OVER (ORDER BY d ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) FROM (VALUES (DATE '2026-01-01', 1), (DATE '2026-01-02', 2), (DATE '2026-01-04', 4)) t(d, v) ORDER BY d",
    "2026-01-01|1|1|6\n2026-01-02|3|3|4\n2026-01-04|4|6|NULL",
  ],
  [
    "a negative offset of lag fails",
    "SELECT lag(x, n) OVER (ORDER BY x) FROM (VALUES (1, -1)) t(x, n)",
    "INVALID_FUNCTION_ARGUMENT: Offset must be at least 0",
  ],
  [
    "nth_value of 0 fails",
    "SELECT nth_value(x, 0) OVER (ORDER BY x) FROM (VALUES 1) t(x)",
    "INVALID_FUNCTION_ARGUMENT: Offset must be at least 1",
  ],
  [
    "ntile of 0 fails",
    "SELECT ntile(0) OVER (ORDER BY x) FROM (VALUES 1) t(x)",
    "INVALID_FUNCTION_ARGUMENT: Buckets must be greater than 0",
  ],
  [
    "offsets from a column",
    "SELECT lag(x, n) OVER (ORDER BY x), lead(x, 0) OVER (ORDER BY x), lag(x, 1, 9) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 1), (2, 1)) t(x, n) ORDER BY x",
    "NULL|1|9\n1|2|1",
  ],
  [
    "last_value with IGNORE NULLS",
    "SELECT o, last_value(x) IGNORE NULLS OVER (ORDER BY o), lead(x) IGNORE NULLS OVER (ORDER BY o) FROM (VALUES (1, NULL), (2, 5), (3, NULL), (4, 7)) t(o, x) ORDER BY o",
    "1|NULL|5\n2|5|7\n3|5|7\n4|7|NULL",
  ],
  [
    "DISTINCT in a window fails",
    "SELECT count(DISTINCT x) OVER () FROM (VALUES 1) t(x)",
    "NOT_SUPPORTED: line 1:8: DISTINCT in window function parameters not yet supported: count",
  ],
  [
    "ranks, shares and aggregates of aggregates",
    "SELECT k, rank() OVER (ORDER BY sum(x) DESC), sum(x) * 1e0 / sum(sum(x)) OVER () FROM (VALUES (1, 10), (1, 20), (2, 70)) t(k, x) GROUP BY k ORDER BY k",
    "1|2|0.3\n2|1|0.7",
  ],
  [
    "windows sort NULL last in both directions",
    "SELECT b, row_number() OVER (ORDER BY b DESC), row_number() OVER (ORDER BY b) FROM (VALUES 1, NULL, 2) t(b) ORDER BY 2",
    "2|1|2\n1|2|1\nNULL|3|3",
  ],
]);

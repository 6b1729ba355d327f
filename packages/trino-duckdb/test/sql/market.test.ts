import { answers } from "./evaluate";

answers("Queries of market data", [
  [
    "candles from ticks",
    "SELECT date_trunc('hour', ts) h, min_by(p, ts) o, max(p) hi, min(p) lo, max_by(p, ts) c, sum(v) FROM (VALUES (TIMESTAMP '2026-01-01 10:05:00', 5e0, 1), (TIMESTAMP '2026-01-01 10:55:00', 7e0, 2), (TIMESTAMP '2026-01-01 11:00:00', 6e0, 3)) t(ts, p, v) GROUP BY 1 ORDER BY 1",
    "2026-01-01 10:00:00|5.0|7.0|5.0|7.0|3\n2026-01-01 11:00:00|6.0|6.0|6.0|6.0|3",
  ],
  [
    "change from one day to the next",
    "SELECT d, close, close - lag(close) OVER (ORDER BY d) AS diff, round(100.0 * (close / lag(close) OVER (ORDER BY d) - 1), 2) AS pct FROM (VALUES (DATE '2026-01-01', 100e0), (DATE '2026-01-02', 110e0)) t(d, close) ORDER BY d",
    "2026-01-01|100.0|NULL|NULL\n2026-01-02|110.0|10.0|10.0",
  ],
  [
    "a moving average",
    "SELECT coin, avg(p) OVER (PARTITION BY coin ORDER BY t ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) ma FROM (VALUES ('b', 1, 10e0), ('b', 2, 20e0), ('b', 3, 60e0), ('b', 4, 100e0)) x(coin, t, p) ORDER BY t",
    "b|10.0\nb|15.0\nb|30.0\nb|60.0",
  ],
  [
    "the last price before each time",
    "SELECT s.t, p.price FROM (VALUES 5) s(t) CROSS JOIN LATERAL (SELECT price FROM (VALUES (1, 10), (4, 40), (6, 60)) q(t, price) WHERE q.t <= s.t ORDER BY q.t DESC LIMIT 1) p",
    "5|40",
  ],
  [
    "runs without gaps",
    "SELECT g, count(*) FROM (SELECT x, sum(b) OVER (ORDER BY x) g FROM (SELECT x, IF(x - lag(x) OVER (ORDER BY x) > 1, 1, 0) b FROM (VALUES 1, 2, 5, 6, 9) t(x))) GROUP BY g ORDER BY g",
    "0|2\n1|2\n2|1",
  ],
  [
    "shares of decimals have the scale of the factors",
    "SELECT count(*) FILTER (WHERE x > 1) * 100.0 / count(*) FROM (VALUES 1, 2, 3) t(x)",
    "66.7",
  ],
  ["sums of integers divide as integers", "SELECT sum(x) / count(*) FROM (VALUES 1, 2) t(x)", "1"],
  [
    "totals with ROLLUP",
    "SELECT IF(grouping(c) = 1, 'total', c), sum(v) FROM (VALUES ('a', 1), ('b', 2)) t(c, v) GROUP BY ROLLUP (c) ORDER BY grouping(c), 1",
    "a|1\nb|2\ntotal|3",
  ],
  [
    "weekdays",
    "SELECT day_of_week(d), date_format(d, '%a'), count(*) FROM UNNEST(sequence(DATE '2026-01-01', DATE '2026-01-07')) t(d) GROUP BY 1, 2 ORDER BY 1 LIMIT 2",
    "1|Mon|1\n2|Tue|1",
  ],
  [
    "rows since a timestamp",
    "SELECT date_diff('second', from_iso8601_timestamp('2026-01-01T00:00:00Z'), now())",
    "97445",
  ],
  [
    "the latest row of each key",
    "SELECT x FROM (SELECT x, row_number() OVER (PARTITION BY x ORDER BY y DESC) rn FROM (VALUES (1, 1), (1, 2), (2, 1)) t(x, y)) WHERE rn = 1 ORDER BY x",
    "1\n2",
  ],
  [
    "decimals are exact where doubles are not",
    "SELECT DECIMAL '0.1' + DECIMAL '0.2' = DECIMAL '0.3', 0.1e0 + 0.2e0 = 0.3e0",
    "true|false",
  ],
  [
    "the difference of a grouped maximum",
    "SELECT max(x) - min(x), max(x) * 1.0 / min(x) FROM (VALUES 2, 4) t(x)",
    "2|2.0",
  ],
  ["volatility of a year", "SELECT stddev(r) * sqrt(365) FROM (VALUES 1e0, 3e0) t(r)", "27.018512172212592"],
]);

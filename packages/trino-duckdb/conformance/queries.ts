import type { Random } from "./random";

/** Small tables with NULLs, ties and nested values. Sums of their numbers are exact in doubles. */
const trades = `trades(id, coin, price, qty, at, tags, attrs, doc) AS (VALUES
(1, 'BTC', DECIMAL '100.50', 1e0, TIMESTAMP '2024-01-01 00:00:00.000', ARRAY['a', 'b'], MAP(ARRAY['x'], ARRAY[1]), '{"side": "buy", "fees": [1, 2.5]}'),
(2, 'BTC', DECIMAL '101.25', 2.5e0, TIMESTAMP '2024-01-01 00:20:00.000', ARRAY['b'], MAP(ARRAY['x', 'y'], ARRAY[2, 3]), '{"side": "sell"}'),
(3, 'ETH', DECIMAL '7.00', 10e0, TIMESTAMP '2024-01-01 00:30:00.500', ARRAY[], MAP(), '{"side": "buy", "fees": []}'),
(4, 'ETH', CAST(NULL AS decimal(6,2)), 0.5e0, TIMESTAMP '2024-01-01 01:10:00.000', NULL, NULL, NULL),
(5, 'BTC', DECIMAL '99.75', 4e0, TIMESTAMP '2024-01-02 02:00:00.000', ARRAY['c', NULL], MAP(ARRAY['z'], ARRAY[NULL]), '{"fees": [0.25]}'),
(6, NULL, DECIMAL '1.00', NULL, NULL, ARRAY['a'], MAP(ARRAY['x'], ARRAY[9]), 'broken'),
(7, 'ada', DECIMAL '0.50', 100e0, TIMESTAMP '2024-02-29 23:59:59.999', ARRAY['b', 'a', 'c'], MAP(ARRAY['y'], ARRAY[5]), '{"side": "buy", "note": "first é"}'),
(8, 'ETH', DECIMAL '7.25', 10e0, TIMESTAMP '2024-01-02 12:00:00.000', ARRAY['a', 'a'], MAP(ARRAY['x'], ARRAY[1]), '{"side": null, "fees": [3, 4]}'))`;
const coins = `coins(coin, name, rank, since) AS (VALUES
('BTC', 'Bitcoin', 1, DATE '2009-01-03'), ('ETH', 'Ether', 2, DATE '2015-07-30'), ('SOL', 'Solana', 5, DATE '2020-03-16'), (NULL, 'Unknown', NULL, NULL))`;
const readings = `readings(sensor, day, value) AS (VALUES
('s1', DATE '2024-01-01', 10), ('s1', DATE '2024-01-02', 12), ('s1', DATE '2024-01-03', NULL), ('s2', DATE '2024-01-01', 7),
('s2', DATE '2024-01-03', 7), ('s3', DATE '2024-01-02', -4), ('s3', DATE '2024-01-02', 20))`;

const keys = [
  "coin",
  "tags",
  "qty",
  "date(at)",
  "price > 10",
  "substr(coin, 1, 1)",
  "hour(at)",
  "id % 3",
  "cardinality(tags)",
];
const groupKeys = keys.filter((key) => key !== "tags");
const aggregates = [
  "count(*)",
  "count(price)",
  "sum(price)",
  "avg(price)",
  "sum(qty)",
  "avg(qty)",
  "min(at)",
  "max(price)",
  "max_by(id, price)",
  "min_by(coin, at)",
  "count(DISTINCT qty)",
  "array_agg(id ORDER BY id DESC)",
  "array_agg(coin ORDER BY id) FILTER (WHERE qty > 1)",
  "count_if(price > 50)",
  "sum(id) FILTER (WHERE coin <> 'BTC')",
  "bool_or(price > 100)",
  "approx_distinct(coin)",
  "sum(price * CAST(qty AS decimal(10,2)))",
  "sum(price * qty) / sum(qty)",
  "stddev_pop(id)",
  "map_agg(id, coin)",
  "listagg(coin, ',') WITHIN GROUP (ORDER BY id)",
  "arbitrary(price ORDER BY id)",
  "max(price, 2)",
  "sum(cardinality(tags))",
  "count(DISTINCT coin) FILTER (WHERE id > 2)",
];
const windows = [
  "row_number()",
  "rank()",
  "dense_rank()",
  "percent_rank()",
  "cume_dist()",
  "ntile(3)",
  "lag(price)",
  "lag(price, 2, 0)",
  "lead(id) IGNORE NULLS",
  "first_value(price)",
  "last_value(price)",
  "nth_value(id, 2)",
  "sum(price)",
  "avg(qty)",
  "count(*)",
  "count(price)",
  "max(at)",
  "min(price)",
  "array_agg(id)",
  "sum(qty) FILTER (WHERE price > 5)",
];
const frames = [
  "",
  "",
  "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
  "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
  "ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING",
  "ROWS 2 PRECEDING",
  "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
  "GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
  "RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING",
];
const filters = [
  "price > 5",
  "coin IN ('BTC', 'ada')",
  "coin LIKE '%T%'",
  "at >= TIMESTAMP '2024-01-01 00:25:00'",
  "at BETWEEN DATE '2024-01-01' AND DATE '2024-01-02'",
  "qty IS NOT NULL",
  "NOT (coin = 'BTC' OR price IS NULL)",
  "contains(tags, 'a')",
  "any_match(tags, t -> t = 'b')",
  "json_extract_scalar(doc, '$.side') = 'buy'",
  "element_at(attrs, 'x') = 1",
  "regexp_like(coin, '^[A-Z]+$')",
  "id <> ALL (SELECT rank FROM coins WHERE rank IS NOT NULL)",
  "coin IN (SELECT coin FROM coins WHERE rank < 5)",
  "EXISTS (SELECT 1 FROM coins c WHERE c.coin = trades.coin)",
  "NOT EXISTS (SELECT 1 FROM coins c WHERE c.coin = trades.coin AND c.rank = 1)",
  "price > (SELECT avg(price) FROM trades)",
  "price = (SELECT max(t.price) FROM trades t WHERE t.coin = trades.coin)",
  "(coin, qty) IN (VALUES ('BTC', 1e0), ('ETH', 10e0))",
  "day_of_week(at) = 1",
  "coin NOT IN (SELECT coin FROM coins)",
  "price NOT BETWEEN 5 AND 100",
];
const expressions = [
  "id",
  "coin",
  "price",
  "qty",
  "at",
  "tags",
  "attrs",
  "price * 2",
  "price / 3",
  "qty / 3",
  "round(price)",
  "CAST(price AS double)",
  "CAST(price AS integer)",
  "CAST(qty AS varchar)",
  "coalesce(coin, 'none')",
  "upper(coin) || '-' || CAST(id AS varchar)",
  "date_trunc('hour', at)",
  "date_format(at, '%Y-%m-%d %H:%i')",
  "at + INTERVAL '1' MONTH",
  "at AT TIME ZONE 'America/New_York'",
  "with_timezone(at, 'Europe/Berlin') AT TIME ZONE 'Asia/Tokyo'",
  "date_diff('minute', TIMESTAMP '2024-01-01 00:00:00', at)",
  "to_unixtime(at)",
  "CAST(at AS date)",
  "CAST(at AS varchar)",
  "transform(tags, t -> t || '!')",
  "filter(tags, t -> t <> 'a')",
  "array_sort(tags)",
  "array_distinct(tags)",
  "tags[1]",
  "element_at(tags, 2)",
  "cardinality(tags)",
  "array_join(tags, '+')",
  "element_at(attrs, 'y')",
  "element_at(attrs, 'x')",
  "map_keys(attrs)",
  "map_filter(attrs, (k, v) -> v > 1)",
  "transform_values(attrs, (k, v) -> v * id)",
  "json_extract_scalar(doc, '$.side')",
  "json_extract(doc, '$.fees')",
  "try(CAST(json_extract(doc, '$.fees') AS array(double)))",
  "json_array_length(json_extract(doc, '$.fees'))",
  "CAST(tags AS json)",
  "CAST(ROW(id, coin) AS row(i integer, c varchar)).c",
  "ROW(id, price)",
  "reduce(tags, '', (s, t) -> s || coalesce(t, '?'), s -> s)",
  "regexp_replace(coin, '([A-Z])', '<$1>')",
  'regexp_extract(doc, \'"side": "(\\w+)"\', 1)',
  "split(coin, 'T')",
  "CASE WHEN price > 50 THEN 'high' WHEN price > 5 THEN 'mid' END",
  "if(qty > 1, price, -price)",
  "nullif(coin, 'BTC')",
  "greatest(price, 5)",
  "year(at) * 100 + month(at)",
  "typeof(price)",
  "zip(tags, ARRAY[1, 2])",
  "(SELECT name FROM coins c WHERE c.coin = trades.coin)",
  "(SELECT count(*) FROM trades t WHERE t.price < trades.price)",
];

const named = (items: readonly string[]): string => items.map((item, i) => `${item} AS c${i}`).join(", ");
const maybe = (text: string, random: Random, probability = 0.5): string =>
  random.chance(probability) ? text : "";
const where = (random: Random, probability = 0.5): string =>
  random.chance(probability)
    ? ` WHERE ${random.some(filters, random.chance(0.3) ? 2 : 1).join(random.pick([" AND ", " OR "]))}`
    : "";

/** Kinds of whole queries. */
const kinds: readonly ((random: Random) => string)[] = [
  (random) =>
    `SELECT ${named(random.some(expressions, 1 + random.below(4)))} FROM trades${where(random)} ORDER BY id${maybe(" DESC", random)}${maybe(` LIMIT ${1 + random.below(5)}`, random, 0.3)}`,
  (random) => {
    const by = random.some(groupKeys, 1 + random.below(2));
    const having = maybe(
      ` HAVING ${random.pick(["count(*) > 1", "sum(qty) > 3", "max(price) IS NOT NULL", "min(id) < 5"])}`,
      random,
      0.3,
    );
    return `SELECT ${named([...by, ...random.some(aggregates, 1 + random.below(4))])} FROM trades${where(random, 0.4)} GROUP BY ${random.chance(0.5) ? by.join(", ") : by.map((_, i) => i + 1).join(", ")}${having}`;
  },
  (random) => {
    const [a = "coin", b = "qty"] = random.some(["coin", "qty", "id"], 2);
    const sets = random.pick([
      `ROLLUP (${a}, ${b})`,
      `CUBE (${a}, ${b})`,
      `GROUPING SETS ((${a}), (${b}), ())`,
      `GROUPING SETS ((${a}, ${b}), (${a}))`,
      `${a}, ROLLUP (${b})`,
      `ROLLUP (${a}), CUBE (${b})`,
    ]);
    return `SELECT ${a}, ${b}, ${named(random.some(aggregates, 2))}, grouping(${a}, ${b}) FROM trades${where(random, 0.3)} GROUP BY ${sets}`;
  },
  (random) => {
    const partition = random.pick(["", "PARTITION BY coin ", "PARTITION BY coin ", "PARTITION BY id % 2 "]);
    const items = random.some(windows, 1 + random.below(3)).map((item) => {
      const plain = /^(row_number|rank|dense|percent|cume|ntile|lag|lead)/.test(item);
      return `${item} OVER (${partition}ORDER BY ${random.pick(["id", "id DESC", "id"])} ${plain ? "" : random.pick(frames)})`;
    });
    return `SELECT id, ${named(items)} FROM trades${where(random, 0.3)} ORDER BY id`;
  },
  (random) =>
    `SELECT t.id, c.name, c.rank FROM trades t ${random.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])} coins c ON t.coin = c.coin${maybe(` AND ${random.pick(["c.rank > 1", "t.price > 5", "t.qty < 10"])}`, random)}${maybe(` WHERE ${random.pick(["c.name IS NOT NULL", "t.id > 2", "c.since < DATE '2016-01-01'"])}`, random, 0.3)}`,
  (random) =>
    `SELECT coin, ${random.pick(["count(*)", "max(rank)", "sum(price)"])} FROM trades ${random.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])} coins USING (coin) GROUP BY coin`,
  (random) =>
    `SELECT a.id, b.id FROM trades a ${random.pick(["JOIN", "LEFT JOIN"])} trades b ON a.coin = b.coin AND ${random.pick(["a.id < b.id", "a.at < b.at", "a.qty <> b.qty", "a.price BETWEEN b.price - 1 AND b.price + 1"])}`,
  (random) =>
    `SELECT ${random.pick(["coin", "coin, name"]).split(", ")[0]} FROM ${random.pick(["trades", "coins"])} ${random.pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"])} SELECT coin FROM ${random.pick(["coins", "trades"])}${maybe(" UNION SELECT sensor FROM readings", random, 0.3)}${maybe(" ORDER BY 1", random, 0.3)}`,
  (random) =>
    `(SELECT id, price FROM trades WHERE id < 4 UNION ${maybe("ALL", random)} SELECT rank, ${random.pick(["rank", "1.5", "2e0", "NULL"])} FROM coins) ${random.pick(["EXCEPT", "INTERSECT", "UNION ALL"])} SELECT ${random.pick(["1, 100.5", "id, price"])}${" FROM trades"}`,
  (random) =>
    `SELECT id, tag${maybe(", n", random)} FROM trades CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u(tag, n)${where(random, 0.3)}`,
  (random) =>
    `SELECT id, k, v FROM trades ${random.pick(["CROSS JOIN UNNEST(attrs) AS u(k, v)", "LEFT JOIN UNNEST(attrs) AS u(k, v) ON true", "CROSS JOIN UNNEST(map_keys(attrs), map_values(attrs)) AS u(k, v)", "LEFT JOIN UNNEST(tags, map_values(attrs)) AS u(k, v) ON true"])}`,
  (random) =>
    `SELECT t.id, u.* FROM trades t CROSS JOIN UNNEST(${random.pick(["zip(tags, ARRAY[1, 2])", "ARRAY[ROW(t.id, 'x'), ROW(0, 'y')]", "transform(tags, x -> ROW(x, length(x)))", "sequence(1, t.id % 3)", "CAST(try(json_extract(doc, '$.fees')) AS array(double))"])}) AS u`,
  (random) =>
    `SELECT tag, ${named(random.some(aggregates, 2))} FROM trades CROSS JOIN UNNEST(tags) AS u(tag) GROUP BY tag`,
  (random) =>
    `SELECT c.coin, l.* FROM coins c ${random.pick(["CROSS", "LEFT"])} JOIN LATERAL (SELECT ${random.pick(["max(price) AS m, count(*) AS n", "id, price", "c.name || ':' || CAST(id AS varchar) AS s"])} FROM trades t WHERE t.coin = c.coin${maybe(" AND t.price > 5", random)}) l`.replace(
      / LEFT JOIN .*/s,
      "$& ON true",
    ),
  (random) =>
    `WITH ranked AS (SELECT *, row_number() OVER (PARTITION BY ${random.pick(["coin", "qty", "date(at)"])} ORDER BY ${random.pick(["price DESC", "at", "id"])}, id) AS rn FROM trades${where(random, 0.3)}) SELECT id, coin, rn FROM ranked WHERE rn ${random.pick(["= 1", "<= 2", "> 1"])} ORDER BY id`,
  (random) =>
    `WITH daily AS (SELECT coin, date(at) AS day, sum(price) AS total FROM trades GROUP BY 1, 2) SELECT coin, day, total, total - lag(total) OVER (PARTITION BY coin ORDER BY day) AS change${maybe(", sum(total) OVER (ORDER BY day, coin)", random)} FROM daily${maybe(" WHERE total > 1", random)} ORDER BY coin, day`,
  (random) =>
    `WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + ${random.pick(["1", "2"])} FROM counter WHERE n < ${random.pick(["5", "9"])}) SELECT ${random.pick(["n", "sum(n)", "count(*), max(n)"])} FROM counter`,
  (random) =>
    `SELECT DISTINCT ${named(random.some(["coin", "qty", "date(at)", "price > 5", "tags", "hour(at)"], 1 + random.below(2)))} FROM trades${where(random, 0.3)}`,
  (random) =>
    `SELECT sensor, day, value, ${random.pick(["last_value(value) IGNORE NULLS", "sum(value)", "avg(value)", "first_value(day)", "count(value)"])} OVER (PARTITION BY sensor ORDER BY day, value ${random.pick(["ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING", ""])}) FROM readings`,
  (random) =>
    `SELECT r.day, ${random.pick(["sum(value)", "avg(value)", "max(value)", "array_agg(value ORDER BY sensor, value)"])} FROM (SELECT day FROM UNNEST(sequence(DATE '2024-01-01', DATE '2024-01-04')) AS s(day)) r LEFT JOIN readings USING (day) GROUP BY ${random.pick(["r.day", "1"])}`.replaceAll(
      "r.day",
      "day",
    ),
  (random) =>
    `SELECT day, ${random.pick(["value", "sum(value) OVER w", "rank() OVER w"])} FROM readings WINDOW w AS (PARTITION BY sensor ORDER BY day) ORDER BY day, sensor, value`,
  (random) =>
    `SELECT ${random.pick(["coin", "qty"])}, id FROM trades ORDER BY ${random.pick(["coin", "qty DESC", "coin NULLS FIRST", "qty ASC NULLS FIRST", "lower(coin)", "price DESC NULLS LAST"])}, id ${random.pick(["LIMIT 4", "OFFSET 2 ROWS", "OFFSET 1 LIMIT 3", "FETCH FIRST 2 ROWS ONLY", "LIMIT ALL", ""])}`,
  (random) =>
    `SELECT sum(x), count(*), ${random.pick(["avg(x)", "min(x)", "max(x)"])} FROM (SELECT ${random.pick(["price", "qty", "price * price", "price / 7", "CAST(price AS real)"])} AS x FROM trades${where(random, 0.4)}) AS t`,
  (random) =>
    `SELECT coin, ${named(random.some(aggregates, 2))}, ${random.pick(["sum(sum(price)) OVER (ORDER BY coin)", "rank() OVER (ORDER BY count(*) DESC)", "100.0 * count(*) / sum(count(*)) OVER ()", "row_number() OVER (ORDER BY min(id))"])} FROM trades GROUP BY coin ORDER BY min(id)`,
  (random) => `TABLE ${random.pick(["coins", "readings"])}`,
  (random) =>
    `SELECT * FROM (VALUES (1, ${random.pick(["'a'", "NULL", "1.5"])}), (2, ${random.pick(["NULL", "NULL"])}), (${random.pick(["3", "3e0", "9999999999"])}, NULL)) AS v(a, b) WHERE a ${random.pick(["> 1", "= 2", "<> 3"])}`,
  (random) => `SELECT * FROM coins NATURAL JOIN trades WHERE id ${random.pick(["< 3", "> 3"])}`,
  (random) =>
    `SELECT * FROM readings MATCH_RECOGNIZE (PARTITION BY sensor ORDER BY day MEASURES A.value AS first, LAST(B.value) AS last ONE ROW PER MATCH PATTERN (A B${random.pick(["+", "*"])}) DEFINE B AS B.value > A.value)`,
  (random) => `SELECT id, coin FROM trades TABLESAMPLE BERNOULLI (${random.pick(["100", "0"])})`,
];

/** A whole query over the tables that it names. */
export function query(random: Random): string {
  const text = random.pick(kinds)(random).trim();
  const tables = [
    ...(/\btrades\b/.test(text) ? [trades] : []),
    ...(/\bcoins\b/.test(text) ? [coins] : []),
    ...(/\breadings\b/.test(text) ? [readings] : []),
  ];
  const recursive = /^WITH RECURSIVE /.test(text);
  const inner = text.replace(/^WITH (RECURSIVE )?/, "");
  const begin = `WITH ${recursive ? "RECURSIVE " : ""}${tables.join(", ")}`;
  if (tables.length === 0) return text;
  return inner === text ? `${begin} ${text}` : `${begin}, ${inner}`;
}

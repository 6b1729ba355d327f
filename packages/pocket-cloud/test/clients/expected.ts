/** What the sessions of the clients print. */

export const WRANGLER = {
  partitions: ["2026-01-15", "2026-01-16"],
  types: {
    symbol: "string",
    price: "double",
    volume: "bigint",
    at: "timestamp",
    live: "boolean",
    tags: "array<string>",
    day: "string",
  },
  ctas: {
    rows: [
      ["btc", 97123.45, 10, "2026-01-15T12:00:00.123", true, ["a", "b"], "2026-01-15"],
      ["eth", 3301.5, null, "2026-01-15T13:00:00.000", false, [], "2026-01-15"],
      [null, 1.0, 30, "2026-01-16T00:00:00.000", true, ["c"], "2026-01-16"],
    ],
    types: {
      symbol: "string",
      price: "float64",
      volume: "Int64",
      at: "datetime64[us]",
      live: "boolean",
      tags: "object",
      day: "string",
    },
    scanned: true,
  },
  plain: {
    rows: [
      ["btc", 97123.45, 10, "2026-01-15T12:00:00.123", true, "2026-01-15"],
      ["eth", 3301.5, null, "2026-01-15T13:00:00.000", false, "2026-01-15"],
      [null, 1.0, 30, "2026-01-16T00:00:00.000", true, "2026-01-16"],
    ],
    types: {
      symbol: "string",
      price: "float64",
      volume: "Int64",
      at: "datetime64[us]",
      live: "boolean",
      day: "string",
    },
    scanned: true,
  },
  unload: {
    rows: [
      ["btc", 97123.45, 10, "2026-01-15T12:00:00.123", true, ["a", "b"], "2026-01-15"],
      ["eth", 3301.5, null, "2026-01-15T13:00:00.000", false, [], "2026-01-15"],
      [null, 1.0, 30, "2026-01-16T00:00:00.000", true, ["c"], "2026-01-16"],
    ],
    types: {
      symbol: "string",
      price: "float64",
      volume: "Int64",
      at: "datetime64[us]",
      live: "boolean",
      tags: "object",
      day: "string",
    },
    scanned: true,
  },
  after: [
    ["2026-01-15", 3, 97124.45, "second"],
    ["2026-01-16", 1, 2.0, "second"],
  ],
  bound: 2,
  positional: 2,
  chunks: 4,
  csv: [
    [3301.5, "eth"],
    [97123.45, "btc"],
  ],
  tables: ["copied", "csv", "prices"],
  parquet: 4,
  filtered: 1,
  failed:
    "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved or requester is not authorized to access requested resources",
  cached: [2],
  deleted: true,
  left: 0,
};

export const PYATHENA = {
  description: [
    ["id", "bigint"],
    ["name", "varchar"],
    ["price", "decimal"],
    ["sold", "date"],
    ["year", "integer"],
  ],
  rows: [
    [1, "ann", "Decimal 1.50", "date 2026-01-15", 2026],
    [2, "bob, jr", "Decimal 2.25", "date 2026-01-16", 2026],
    [3, null, null, null, 2027],
  ],
  bound: [["ann"]],
  qmark: [[1]],
  complex: [
    [1, 2],
    {
      k: "1",
    },
    {
      n: "1",
      s: "x",
    },
    "datetime 2026-01-15 12:00:00.123000",
    true,
    1.0,
    null,
    "[1]",
    "ff",
  ],
  many: [5],
  shown: [["sales"]],
  described: ["id", "name", "price", "sold", "year", "", "# Partition Information", "# col_name", "", "year"],
  partitions: ["year=2026", "year=2027", "year=2028"],
  failed:
    "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved or requester is not authorized to access requested resources",
  dict: [
    {
      id: 1,
      name: "ann",
    },
  ],
  pandas: {
    id: "Int64",
    name: "str",
    price: "object",
    sold: "datetime64[us]",
    year: "Int64",
  },
  unloaded: [1, 2],
  arrow: {
    id: "int64",
    price: "string",
    sold: "timestamp[ms]",
  },
  inspected: ["framed", "sales"],
  columns: [
    ["id", "BIGINT"],
    ["name", "VARCHAR"],
    ["price", "DECIMAL(10, 2)"],
    ["sold", "DATE"],
    ["year", "INTEGER"],
  ],
  selected: [
    [2026, 2, "Decimal 3.75"],
    [2027, 1, null],
  ],
  like: 2,
  made: [[1, "o'neill"]],
  views: ["cheap"],
  read_sql: [
    {
      a: 1,
      b: "x",
    },
    {
      a: 2,
      b: "y",
    },
  ],
};

export const DUCKDB = {
  csv: [
    ["btc", 5, "2026-01-15"],
    ["eth", 2.5, "2026-01-15"],
  ],
  parquet: [
    ["x0", 33_334, 1_666_683_333],
    ["x1", 33_333, 1_666_616_667],
    ["x2", 33_333, 1_666_650_000],
  ],
  pushed: 3,
  globbed: 2,
  missing: true,
};

export const KINESIS = {
  first: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  second: [20, 21, 22, 23, 24],
};

import { strict as assert } from "node:assert";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { columnNames, defineFeed, encodeCsv, feeds, type Row } from "../../data/feeds";
import { csvLine, oneLine } from "../../data/feeds/csv";
import { decodeCsv } from "../../data/feeds/csv-decode";

const awkward = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      ",",
      "\n",
      "\r",
      "=",
      "'",
      "\\",
      " ",
      "\t",
      "é",
      "\u2028",
      "😀",
      "\uFEFF",
      "a",
    ),
  }),
);

/** Every type, and text that may break lines. */
const everything = defineFeed({
  name: "everything",
  title: "Everything",
  description: "A column of each type",
  columns: {
    key: { type: "string", doc: "" },
    note: { type: "string", nullable: true, multiline: true, doc: "" },
    amount: { type: "double", nullable: true, doc: "" },
    count: { type: "bigint", nullable: true, doc: "" },
    flag: { type: "boolean", nullable: true, doc: "" },
    at: { type: "timestamp", doc: "" },
  },
  naturalKey: ["key"],
  eventTime: "at",
  partitionKey: "key",
  prefer: [{ column: "at", order: "desc" }],
  store: { mode: "append", hashKey: "key" },
  polled: false,
  watched: false,
});

const instants = fc.date({
  min: new Date(0),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const rows = fc.record({
  key: awkward,
  note: fc.option(awkward),
  amount: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  count: fc.option(fc.maxSafeInteger()),
  flag: fc.option(fc.boolean()),
  at: instants.map((date) => date.toISOString()),
});

describe("Lake CSV", () => {
  it("is byte for byte what csv-stringify writes, for any fields", () => {
    fc.assert(
      fc.property(fc.array(awkward, { minLength: 2, maxLength: 6 }), (fields) => {
        assert.equal(csvLine(fields), stringify([fields]));
      }),
    );
  });

  it("is what csv-stringify writes for any row, and csv-parse reads it back", () => {
    fc.assert(
      fc.property(rows, (row) => {
        const line = encodeCsv(everything, row);
        const text = (value: unknown) => (value === null ? "" : String(value));
        const expected = {
          key: row.key,
          note: oneLine(text(row.note)),
          amount: text(row.amount),
          count: text(row.count),
          flag: text(row.flag),
          at: row.at.replace("T", " ").replace("Z", ""),
        };
        assert.equal(line, stringify([Object.values(expected)]));
        assert.deepEqual(decodeCsv(everything, line), [expected]);
      }),
    );
  });

  it("reads any text as a whole CSV parser does, errors included", () => {
    const columns = [...columnNames(everything)];
    const resultOf = (read: () => unknown) => {
      try {
        return read();
      } catch (error) {
        return String(error);
      }
    };
    const piece = fc.constantFrom("a", ",", "\n", '"', " ", "\r", "\uFEFF", "1,2,3,4,5,6\n", "1,2,3,4,5\n");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        assert.deepEqual(
          resultOf(() => decodeCsv(everything, text)),
          resultOf(() => parse(text, { columns, record_delimiter: "\n" })),
        );
      }),
    );
  });

  it("reads files from before a column was added, with or without quotes", () => {
    const extended = defineFeed({
      ...everything,
      columns: { ...everything.columns, extra: { type: "string", nullable: true, doc: "" } },
    });
    const old = { key: "k", note: "n", amount: "1", count: "2", flag: "true", at: "2026-01-02 03:04:05.678" };
    assert.deepEqual(decodeCsv(extended, "k,n,1,2,true,2026-01-02 03:04:05.678\n"), [{ ...old, extra: "" }]);
    assert.deepEqual(
      decodeCsv(extended, 'k,"n",1,2,true,2026-01-02 03:04:05.678\nk,n,1,2,true,2026-01-02 03:04:05.678,x\n'),
      [
        { ...old, extra: "" },
        { ...old, extra: "x" },
      ],
    );
    assert.throws(() => decodeCsv(extended, '"k",n\n'), /row 1 has 2 fields; rows have 6 to 7/);
  });

  it("keeps a row on one line when its text breaks lines", () => {
    const row: Row = {
      key: "k",
      note: "a\r\nb\nc\rd",
      amount: null,
      count: null,
      flag: null,
      at: "2026-01-02T03:04:05.678Z",
    };
    assert.equal(encodeCsv(everything, row), "k,a\u2028b\u2028c\u2028d,,,,2026-01-02 03:04:05.678\n");
  });

  it("writes a crypto row in the contract's order with Trino's timestamps", () => {
    const row: Row = {
      coin_id: "bitcoin",
      symbol: "btc",
      name: 'Bit,"coin"',
      price_usd: 1e-7,
      market_cap_usd: null,
      market_cap_rank: 1,
      volume_24h_usd: 2.5,
      high_24h_usd: null,
      low_24h_usd: null,
      change_24h_pct: -0.5,
      circulating_supply: 19700000,
      last_updated: "2026-01-02T03:04:05.678Z",
      event_time: "2026-01-02T03:05:00.000Z",
      origin: "poll",
    };
    assert.equal(
      encodeCsv(feeds.crypto ?? assert.fail(), row),
      'bitcoin,btc,"Bit,""coin""",1e-7,,1,2.5,,,-0.5,19700000,2026-01-02 03:04:05.678,2026-01-02 03:05:00.000,poll\n',
    );
  });
});

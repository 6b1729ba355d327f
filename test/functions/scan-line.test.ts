import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { csvObjects } from "../../functions/write-csv/core";
import { lineScanner } from "../../functions/write-csv/scan-line";
import { batch, coin } from "./support/events";

/** Valid and invalid values of a column, near the limits of the scanner. */
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    1e-5,
    1e-6,
    1e-7,
    0.1,
    0.30000000000000004,
    123456789012345,
    1234567890123456,
    1e21,
    -0.000001,
    0.5,
    -1,
    100.25,
  ),
);
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "\\",
      ",",
      "\n",
      "\r",
      "\t",
      "\u0085",
      "\u2028",
      "\uFFFD",
      "\uFEFF",
      "a",
      "😀",
      "=",
    ),
  }),
  fc.constantFrom(
    "poll",
    "backfill",
    "",
    "2026-01-02T03:04:05.678Z",
    "2026-02-30T00:00:00.000Z",
    "2026-01-02T03:04:05Z",
    "1.5",
  ),
);
const instants = fc
  .date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());
const anything = fc.oneof(numbers, texts, instants, fc.constantFrom(null, true, false, [], {}));

/** Lines of a feed that are mostly rows, written as we do or nearly so. */
const lineOf = (feed: FeedDefinition): fc.Arbitrary<string> => {
  const value = (type: string) =>
    ({
      string: texts,
      double: numbers,
      bigint: fc.oneof(fc.integer(), numbers),
      boolean: fc.boolean(),
      timestamp: instants,
    })[type] ?? anything;
  const row = fc.record(
    Object.fromEntries(
      Object.entries(feed.columns).map(([name, { type, oneOf }]) => [
        name,
        fc.oneof(
          {
            weight: 20,
            arbitrary: oneOf ? fc.constantFrom(...oneOf) : (value(type) as fc.Arbitrary<unknown>),
          },
          { weight: 1, arbitrary: anything },
        ),
      ]),
    ),
  );
  const asWeDo = row.map((fields) => JSON.stringify(fields));
  return fc.oneof(
    { weight: 12, arbitrary: asWeDo },
    { weight: 1, arbitrary: row.map((fields) => JSON.stringify({ ...fields, extra: 1 })) },
    {
      weight: 1,
      arbitrary: row.map((fields) => JSON.stringify(Object.fromEntries(Object.entries(fields).reverse()))),
    },
    { weight: 1, arbitrary: row.map((fields) => JSON.stringify(fields, null, " ").replaceAll("\n", "")) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(asWeDo, fc.nat(), fc.constantFrom("", "0", ".", "-", "}", '"', ",", "e5", "\u0000"))
        .map(([line, at, put]) => line.slice(0, at % line.length) + put + line.slice((at % line.length) + 1)),
    },
  );
};

describe("The scanner of lines", () => {
  for (const feed of Object.values(feeds))
    it(`writes and refuses for ${feed.name} exactly what parsing, validating and encoding do`, () => {
      const never = () => undefined;
      fc.assert(
        fc.property(fc.array(fc.array(lineOf(feed), { maxLength: 4 }), { maxLength: 4 }), (records) => {
          const { Records } = batch(...records.map((lines) => lines.map((line) => `${line}\n`).join("")));
          assert.deepEqual(
            csvObjects(feed, Records, { gzip: false }),
            csvObjects(feed, Records, { gzip: false, scan: never }),
          );
        }),
        { numRuns: 400 },
      );
    });

  it("does take the lines of our own producers", () => {
    const { crypto } = feeds;
    const scan = lineScanner(crypto ?? assert.fail());
    const line = JSON.stringify(coin("bitcoin", "2026-01-02T03:05:00.000Z", 64000.12));
    assert.deepEqual(scan(line, 0, line.length), {
      csv: "bitcoin,bit,bitcoin,64000.12,,,,,,,,2026-01-02 03:05:00.000,2026-01-02 03:05:00.000,poll\n",
      eventTime: "2026-01-02T03:05:00.000Z",
    });
  });
});

import { strict as assert } from "node:assert";
import { readRetailFile } from "../../data/feeds/retail-file";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
const line = (
  date: string,
  rest: Partial<Record<"no" | "text" | "quantity" | "price" | "customer", string>> = {},
) =>
  `${rest.no ?? "536365"},85123A,${rest.text ?? "LANTERN"},${rest.quantity ?? "6"},${date},${rest.price ?? "2.55"},${rest.customer ?? "17850"},United Kingdom\n`;

async function read(bytes: Uint8Array | string) {
  const file = readRetailFile(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  const lines = [];
  for await (const each of file.lines()) lines.push(each);
  return {
    ...file,
    rows: lines.map(({ result }) => (result.ok ? result.row : result.reason)),
    numbers: lines.map((l) => l.number),
  };
}

describe("Online Retail file", () => {
  it("reads a line into the contract's row", async () => {
    const { rows } = await read(header + line("12/1/2010 8:26"));
    assert.deepEqual(rows, [
      {
        InvoiceNo: "536365",
        StockCode: "85123A",
        Description: "LANTERN",
        Quantity: 6,
        InvoiceDate: "2010-12-01T08:26:00.000Z",
        UnitPrice: 2.55,
        CustomerID: "17850",
        Country: "United Kingdom",
      },
    ]);
  });

  it("reads Latin-1 as well as UTF-8", async () => {
    const text = header + line("12/1/2010 8:26", { text: "CAFÉ £1" });
    for (const encoding of ["latin1", "utf8"] as const) {
      const file = await read(Buffer.from(text, encoding));
      assert.equal(file.encoding, encoding);
      assert.deepEqual(
        file.rows.map((row) => typeof row === "object" && row.Description),
        ["CAFÉ £1"],
      );
    }
  });

  for (const [name, dates, order, by, expected] of [
    [
      "month first, shown by a day above 12",
      ["12/1/2010 8:26", "12/13/2010 9:00"],
      "month-first",
      "the file",
      ["2010-12-01", "2010-12-13"],
    ],
    [
      "day first, shown by a day above 12",
      ["01-12-2010 08:26", "13-12-2010 09:00"],
      "day-first",
      "the file",
      ["2010-12-01", "2010-12-13"],
    ],
    [
      "day first with slashes",
      ["1/12/2010 8:26", "13/12/2010 9:00"],
      "day-first",
      "the file",
      ["2010-12-01", "2010-12-13"],
    ],
    [
      "month first with dashes",
      ["12-01-2010 08:26", "12-13-2010 09:00"],
      "month-first",
      "the file",
      ["2010-12-01", "2010-12-13"],
    ],
    ["slashes by convention, American", ["12/1/2010 8:26"], "month-first", "convention", ["2010-12-01"]],
    ["dashes by convention, European", ["01-12-2010 08:26"], "day-first", "convention", ["2010-12-01"]],
  ] as const)
    it(`tells the order of its dates: ${name}`, async () => {
      const file = await read(header + dates.map((date) => line(date)).join(""));
      assert.deepEqual(file.dates, { order, by });
      assert.deepEqual(
        file.rows.map((row) => typeof row === "object" && row.InvoiceDate.slice(0, 10)),
        expected,
      );
    });

  it("tells the order of dates with spaces around them, and at a line's beginning or end", async () => {
    assert.deepEqual((await read(header + line(" 13-12-2010 09:00 "))).dates.order, "day-first");
    assert.deepEqual((await read("InvoiceDate,InvoiceNo\n13/12/2010 9:00,1\n")).dates.order, "day-first");
    assert.deepEqual((await read("InvoiceNo,InvoiceDate\r\n1,13/12/2010\r\n")).dates.order, "day-first");
  });

  it("refuses a file that shows both orders", () => {
    assert.throws(
      () => readRetailFile(Buffer.from(header + line("13/12/2010 8:26") + line("12/13/2010 8:26"))),
      /dates in two orders: "12\/13\/2010 8:26" has its day second, "13\/12\/2010 8:26" first/,
    );
  });

  it("says how it was read", () => {
    const interpretation = (text: string, encoding: BufferEncoding = "utf8") =>
      readRetailFile(Buffer.from(text, encoding)).interpretation;
    assert.equal(
      interpretation(header + line("12/13/2010 9:00", { text: "CAFÉ" }), "latin1"),
      "read as Latin-1; dates are month first (a day above 12 shows it)",
    );
    assert.equal(
      interpretation(header + line("01-12-2010 09:00")),
      "read as UTF-8; dates are day first (assumed, because no day is above 12)",
    );
  });

  it("keeps cancellations, missing customers, quotes and commas", async () => {
    const { rows } = await read(
      header +
        line("12/1/2010 8:26", { no: "C536379", quantity: "-1", customer: "", text: '"RACK ""LOVE"", RED"' }),
    );
    assert.deepEqual(
      rows.map(
        (row) => typeof row === "object" && [row.InvoiceNo, row.Quantity, row.CustomerID, row.Description],
      ),
      [["C536379", -1, null, 'RACK "LOVE", RED']],
    );
  });

  it("reads customer ids written as decimals, and a file without a header", async () => {
    const { rows } = await read(line("12/1/2010 8:26", { customer: "17850.0" }));
    assert.deepEqual(
      rows.map((row) => typeof row === "object" && row.CustomerID),
      ["17850"],
    );
  });

  it("refuses single lines, with the reason and the line's number", async () => {
    const { rows, numbers } = await read(
      header +
        line("12/1/2010 8:26") +
        line("12/32/2010 8:26") +
        "1,2,3\n" +
        line("12/1/2010 8:26", { quantity: "many" }),
    );
    assert.deepEqual(rows.slice(1), [
      "not an instant such as 2026-01-02T03:04:05.678Z",
      "has 3 fields, not 8",
      "not a whole number within ±2^53",
    ]);
    assert.deepEqual(numbers, [2, 3, 4, 5]);
  });
});

import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { type FeedDefinition, feeds } from "../../../../data/feeds";
import { readFile } from "../../../../tools/replay/read-file";
import { columnName, columnOf } from "../../../../tools/replay/xlsx/sheet";
import { temporaryDirectory } from "../../../support/temporary";
import { type Parts, workbook } from "./workbook";

const ARRIVAL = "2026-01-02T03:04:05.000Z";
const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const header = (...names: string[]) => `<row r="1">${names.map(inline).join("")}</row>`;

describe("readFile with a workbook", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  const said: string[] = [];
  const read = async (feed: string, content: Uint8Array) => {
    const path = join(dir.path, "book.xlsx");
    writeFileSync(path, content);
    said.length = 0;
    const rows: unknown[] = [];
    const contract = feeds[feed] as FeedDefinition;
    for await (const { sheet, number, result } of readFile(path, contract, ARRIVAL, (text) =>
      said.push(text),
    ))
      rows.push(
        result.ok
          ? [sheet, number, result.row, ...(result.unknown ? [result.unknown] : [])]
          : [sheet, number, result.column, result.reason],
      );
    return rows;
  };

  it("reads the sheets of Online Retail II as openpyxl writes them", async () => {
    const rows = await read("retail", readFileSync(join(__dirname, "online-retail-ii.xlsx")));
    assert.equal(rows.length, 10);
    assert.deepEqual(rows[1], [
      "Year 2009-2010",
      3,
      {
        InvoiceNo: "489434",
        StockCode: "79323",
        Description: "PINK CHERRY LIGHTS n°1",
        Quantity: 2,
        InvoiceDate: "2009-12-01T07:46:00.000Z",
        UnitPrice: 0.51,
        CustomerID: "13086",
        Country: "United Kingdom",
      },
    ]);
    assert.deepEqual((rows[9] as unknown[]).slice(0, 2), ["Year 2010-2011", 6]);
    assert.deepEqual(said, [
      "read as an Excel workbook, sheets Year 2009-2010, Year 2010-2011; dates are taken as UTC",
    ]);
  });

  const tick = { sector: null, change: null, event_time: ARRIVAL };

  it("reads shared texts with formats, phonetic hints and escapes, numbers as text, and cells without references", async () => {
    const strings = [
      "<si><t>TICKER_SYMBOL</t></si>",
      "<si><t>price</t></si>",
      '<si><r><t>A</t></r><rPh sb="0" eb="1"><t>hint</t></rPh><r><rPr/><t xml:space="preserve">L&amp;Y</t></r></si>',
      "<si><t>B_x0041_</t></si>",
    ];
    const rows =
      '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>' +
      '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><f>1+1</f><v>26.5</v></c></row>' +
      '<row r="9"><c r="A9" t="s"><v>3</v></c><c r="B9" t="str"><v>7.25</v></c></row>' +
      '<row r="10"><c r="A10"><v>404</v></c><c r="B10"><v>1E0</v></c></row><row r="11"><c r="A11"/></row>';
    assert.deepEqual(await read("stocks", workbook({ sheets: { Ticks: rows }, strings })), [
      ["Ticks", 3, { ticker_symbol: "AL&Y", ...tick, price: 26.5 }],
      ["Ticks", 9, { ticker_symbol: "BA", ...tick, price: 7.25 }],
      ["Ticks", 10, { ticker_symbol: "404", ...tick, price: 1 }],
    ]);
  });

  it("reads dates as days since 1900 or 1904, and as ISO 8601", async () => {
    const rows = `${header("ticker_symbol", "price", "event_time")}<row r="2">${inline("A")}<c><v>1</v></c><c s="1"><v>40513.351388888892</v></c></row>`;
    const timeOf = async (parts: Parts) => {
      const [row] = (await read("stocks", workbook(parts))) as [string, number, { event_time: string }][];
      return row?.[2].event_time;
    };
    assert.equal(await timeOf({ sheets: { A: rows } }), "2010-12-01T08:26:00.000Z");
    const properties = '<x:workbookPr date1904="1"/>';
    assert.equal(await timeOf({ sheets: { A: rows }, properties }), "2014-12-02T08:26:00.000Z");
    const iso = rows.replace(
      '<c s="1"><v>40513.351388888892</v></c>',
      '<c t="d"><v>2010-12-01T08:26:00</v></c>',
    );
    assert.equal(await timeOf({ sheets: { A: iso } }), "2010-12-01T08:26:00.000Z");
  });

  it("detects the order of dates in text over the whole workbook", async () => {
    const line = (date: string) => `<row>${["1", "S", "2", date, "1.5", "UK"].map(inline).join("")}</row>`;
    const head = header("Invoice", "StockCode", "Quantity", "InvoiceDate", "Price", "Country");
    const sheets = { A: head + line("1/2/2010 8:26"), B: head + line("25/2/2010 8:26") };
    const rows = (await read("retail", workbook({ sheets }))) as [string, number, { InvoiceDate: string }][];
    assert.deepEqual(
      rows.map(([, , { InvoiceDate }]) => InvoiceDate),
      ["2010-02-01T08:26:00.000Z", "2010-02-25T08:26:00.000Z"],
    );
    assert.match(said.join(), /those in text as day first/);
    const mixed = { A: head + line("1/25/2010 8:26") + line("25/2/2010 8:26") };
    await assert.rejects(
      read("retail", workbook({ sheets: mixed })),
      /dates in two orders.*nothing was sent/,
    );
  });

  it("names sheet, row and column of an invalid cell, and values without a header", async () => {
    const rows = `${header("ticker_symbol", "price")}<row r="2">${inline("A")}${inline("free")}</row><row r="3">${inline("A")}<c><v>1</v></c><c r="AB3"><v>5</v></c></row>`;
    assert.deepEqual(await read("stocks", workbook({ sheets: { "Q&amp;A": rows } })), [
      ["Q&A", 2, "price", "not a finite number"],
      ["Q&A", 3, { ticker_symbol: "A", ...tick, price: 1 }, ["(column AB)"]],
    ]);
  });

  it("skips sheets without a header of the feed, and refuses a workbook that has only such", async () => {
    const notes = `<row r="1">${inline("How this was made")}</row>`;
    const data = `${header("ticker_symbol", "price")}<row>${inline("A")}<c><v>1</v></c></row>`;
    assert.equal((await read("stocks", workbook({ sheets: { Notes: notes, Data: data } }))).length, 1);
    assert.equal(said[0], 'sheet "Notes" has no header with columns of stocks: skipped');
    await assert.rejects(
      read("stocks", workbook({ sheets: { Notes: notes } })),
      /no sheet of the workbook begins with a header with columns of stocks/,
    );
  });

  it("refuses what is no workbook, or is damaged, in one line", async () => {
    const whole = workbook({ sheets: { A: header("ticker_symbol", "price") } });
    const refused = (content: Uint8Array) =>
      read("stocks", content).then(
        () => "",
        (error: Error) => error.message,
      );
    assert.match(
      await refused(whole.slice(0, 300)),
      /book\.xlsx cannot be read as an Excel workbook: [^\n]+$/,
    );
    assert.match(await refused(zipSync({ "a.txt": strToU8("a") })), /workbook: it has no workbook$/);
    assert.match(
      await refused(workbook({ sheets: { A: "<row></wrong>" } })),
      /cannot be read as an Excel workbook: [^\n]+$/,
    );
    assert.match(
      await refused(Buffer.from("d0cf11e0a1b11ae1", "hex")),
      /is an old Excel file \(\.xls\), or a workbook with a password: save it as \.xlsx or CSV$/,
    );
  });
});

describe("Columns of a sheet", () => {
  it("have letters as names", () => {
    for (const [name, index] of [
      ["A", 0],
      ["Z", 25],
      ["AA", 26],
      ["XFD", 16_383],
    ] as const) {
      assert.equal(columnName(index), name);
      assert.equal(columnOf(`${name}12`), index);
    }
  });
});

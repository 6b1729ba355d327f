import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type FeedDefinition, feeds } from "../../../data/feeds";
import { readFile } from "../../../tools/replay/read-file";
import { temporaryDirectory } from "../../support/temporary";

const ARRIVAL = "2026-01-02T03:04:05.000Z";

describe("readFile", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  const said: string[] = [];
  const read = async (feed: string, content: string | Uint8Array) => {
    const path = join(dir.path, "file");
    writeFileSync(path, content);
    const rows: unknown[] = [];
    said.length = 0;
    const contract = feeds[feed] as FeedDefinition;
    for await (const { number, result } of readFile(path, contract, ARRIVAL, (text) => said.push(text)))
      rows.push(result.ok ? [number, result.row] : [number, result.column, result.reason]);
    return rows;
  };

  const tick = { ticker_symbol: "ALY", sector: null, change: null, price: 26.5, event_time: ARRIVAL };

  it("reads JSON lines, a JSON array, and both gzipped", async () => {
    const line = JSON.stringify({ ticker_symbol: "ALY", price: 26.5 });
    assert.deepEqual(await read("stocks", `${line}\n${line}\n`), [
      [1, tick],
      [2, tick],
    ]);
    assert.deepEqual(await read("stocks", `[${line},${line}]`), [
      [1, tick],
      [2, tick],
    ]);
    assert.deepEqual(await read("stocks", gzipSync(`${line}\n`)), [[1, tick]]);
  });

  it("reads CSV with a header in any order of columns", async () => {
    assert.deepEqual(await read("stocks", "price,ticker_symbol\r\n26.5,ALY\r\n"), [[2, tick]]);
  });

  it("keeps the digits of an id above 2^53, in JSON lines and in a JSON array", async () => {
    const line = `{"post_id":1050118621198921728,"author":"a","text":"t","posted_at":"${ARRIVAL}","seen_at":"${ARRIVAL}"}`;
    for (const content of [`${line}\n`, `[${line}]`]) {
      const [row] = (await read("posts", content)) as [number, { post_id: string }][];
      assert.equal(row?.[1].post_id, "1050118621198921728");
    }
  });

  it("reports line, column and reason of an invalid row", async () => {
    assert.deepEqual(await read("stocks", "price,ticker_symbol\n26.5,ALY\nfree,ALY\n"), [
      [2, tick],
      [3, "price", "not a finite number"],
    ]);
  });

  it("reads the Online Retail file in Latin-1 with its American dates, and says so", async () => {
    const file = Buffer.from(
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n" +
        'C536379,D,"Café, blue",-1,12/31/2010 9:41,27.5,14527,United Kingdom\n',
      "latin1",
    );
    assert.deepEqual(await read("retail", file), [
      [
        2,
        {
          InvoiceNo: "C536379",
          StockCode: "D",
          Description: "Café, blue",
          Quantity: -1,
          InvoiceDate: "2010-12-31T09:41:00.000Z",
          UnitPrice: 27.5,
          CustomerID: "14527",
          Country: "United Kingdom",
        },
      ],
    ]);
    assert.deepEqual(said, ["read as Latin-1; dates are month first (a day above 12 shows it)"]);
  });

  it("refuses a file whose values are separated otherwise, and names the separator", async () => {
    for (const [feed, separator, name] of [
      ["stocks", ";", "semicolons"],
      ["retail", ";", "semicolons"],
      ["stocks", "\t", "tabs"],
    ] as const)
      await assert.rejects(
        read(
          feed,
          `${["ticker_symbol", "price", "sector"].join(separator)}\nALY${separator}26,5${separator}x\n`,
        ),
        (error: Error) =>
          error.message.endsWith(
            `: its values are separated by ${name}; save it with commas; nothing was sent`,
          ),
      );
  });

  it("says of a compressed file that is cut off what it is", async () => {
    const cut = gzipSync("price,ticker_symbol\n26.5,ALY\n").subarray(0, 20);
    await assert.rejects(
      read("stocks", cut),
      /: cannot be decompressed \(unexpected end of file\); nothing was sent$/,
    );
  });
});

import { strict as assert } from "node:assert";
import type { Row } from "../../data/feeds";
import { retail } from "../../data/feeds/retail";
import { stocks } from "../../data/feeds/stocks";
import { startLake, type TestLake } from "./support/lake";

const AT = "2026-03-01T10:00:00.000Z";
const LATER = "2026-03-01T10:01:00.000Z";

const tick = (price: number, event_time: string, sector: string | null = null): Row => ({
  ticker_symbol: "QXZ",
  sector,
  change: null,
  price,
  event_time,
});

const line = (Description: string | null, Country: string, Quantity = 1): Row => ({
  InvoiceNo: Quantity < 0 ? "C536365" : "536366",
  StockCode: "85123A",
  Description,
  Quantity,
  InvoiceDate: AT,
  UnitPrice: 2,
  CustomerID: "17850",
  Country,
});

/** Without a rule for them, a report shows one or the other, as the files are read. */
describe("Rows of one instant", () => {
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.store(stocks, [
      tick(12, AT),
      tick(10, AT),
      tick(11, AT),
      tick(21, LATER, "ENERGY"),
      tick(23, LATER, null),
      tick(22, LATER, "TECHNOLOGY"),
    ]);
    await lake.store(retail, [
      line(null, "EIRE"),
      line("HOLDER", "EIRE", 3),
      line("HOLDER, WHITE", "Malta", 2),
      line("HOLDER, RED", "Italy"),
      line("HOLDER", "EIRE", -1),
    ]);
  });
  after(() => lake.stop());

  const ask = async (report: string, ...columns: string[]) => {
    const rows = await lake.ask([report, "--since", "2026-03-01", "--until", "2026-03-02"]);
    return rows.map((row) => columns.map((column) => row[column]));
  };

  it("open a candle with their lowest price, and close it with their highest", async () => {
    assert.deepEqual(await ask("ticker-ohlc", "open_usd", "high_usd", "low_usd", "close_usd", "ticks"), [
      [10, 23, 10, 23, 6],
    ]);
  });

  it("give a share its sector, and its change from the lowest first price to the highest last one", async () => {
    assert.deepEqual(await ask("sector-performance", "sector", "ticks", "mean_change_pct"), [
      ["TECHNOLOGY", 6, 130],
    ]);
  });

  it("name an article and a customer's country by the last text", async () => {
    assert.deepEqual(await ask("top-products", "description", "units"), [["HOLDER, WHITE", 6]]);
    assert.deepEqual(await ask("cancellations", "description", "sold_units"), [["HOLDER, WHITE", 7]]);
    assert.deepEqual(await ask("customer-rfm", "country", "net_gbp"), [["Malta", 12]]);
  });
});

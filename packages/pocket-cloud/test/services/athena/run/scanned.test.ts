import { strict as assert } from "node:assert";
import type { Engine } from "../../../../../trino-duckdb";
import type { PreparedScan } from "../../../../services/athena/run/scan";
import { ScannedBytes } from "../../../../services/athena/run/scanned";
import { ParquetFooters } from "../../../../services/athena/sources/parquet/footers";

describe("Bytes that a query scans", () => {
  it("are those of its CSV files, when a copy of other files has the same path", async () => {
    const engine = { rows: async () => [] } as unknown as Engine;
    const scanned = new ScannedBytes(engine, new ParquetFooters(engine));
    const scan = (bytes: number, ...parquet: { path: string; size: number }[]) =>
      ({ bytes, parquet, columns: [] }) as unknown as PreparedScan;
    const parquet = scan(5, { path: "a.parquet", size: 5 });
    const sql = "SELECT n FROM read_parquet('0.parquet'), read_parquet('a.parquet')";
    assert.equal(await scanned.of(sql, [scan(10), parquet]), 10);
    assert.equal(await scanned.of(sql, [scan(20), parquet]), 20);
  });
});

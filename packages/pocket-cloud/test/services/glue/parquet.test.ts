import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { temporaryDirectory } from "../../temporary";
import { type Lab, lab } from "./cloud";
import { columns, Lake } from "./lake";

describe("Glue crawlers over Parquet", () => {
  let at: Lab;
  const directory = temporaryDirectory();
  before(async () => {
    at = await lab();
  });
  after(async () => {
    await at.end();
    directory.remove();
  });

  const parquet = async (select: string): Promise<Buffer> => {
    const path = join(directory.path, "file.parquet");
    const database = await DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    database.closeSync();
    return readFileSync(path);
  };

  it("take columns and their types from the files' footers, and partitions from folders", async () => {
    const lake = await Lake.make(at, "columnar");
    const file = await parquet(`
      SELECT 'btc' AS coin, 1.5::DOUBLE AS price, 7::BIGINT AS volume, 3::INTEGER AS rank, true AS live,
             12.34::DECIMAL(10,2) AS fee, DATE '2026-01-15' AS day, TIMESTAMP '2026-01-15 12:00:00' AS at,
             ['a','b'] AS tags, {'x': 1::INTEGER, 'y': 'z'} AS extra`);
    await lake.put("landing/dt=2026-01-15/a.parquet", file);
    await lake.put("landing/dt=2026-01-16/b.parquet", file);
    await lake.crawler("columnar");
    const { LastCrawl } = await lake.run("columnar");
    assert.equal(LastCrawl?.Status, "SUCCEEDED", LastCrawl?.ErrorMessage);
    const [table, ...others] = await lake.tables();
    assert.deepEqual(others, []);
    assert.deepEqual(columns(table), [
      "coin string",
      "price double",
      "volume bigint",
      "rank int",
      "live boolean",
      "fee decimal(10,2)",
      "day date",
      "at timestamp",
      "tags array<string>",
      "extra struct<x:int,y:string>",
    ]);
    assert.deepEqual(table?.PartitionKeys, [{ Name: "dt", Type: "string" }]);
    assert.equal(table?.Parameters?.classification, "parquet");
    assert.equal(
      table?.StorageDescriptor?.SerdeInfo?.SerializationLibrary,
      "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    );
    assert.deepEqual((await lake.partitions("landing")).map(({ Values }) => Values?.[0]).sort(), [
      "2026-01-15",
      "2026-01-16",
    ]);
  });

  it("store types that Hive lacks as the types that hold them", async () => {
    const lake = await Lake.make(at, "types");
    await lake.put(
      "landing/a.parquet",
      await parquet(`
        SELECT 1::UTINYINT AS Small, 1::UINTEGER AS middle, 1::UBIGINT AS large, 'x'::BLOB AS bytes, uuid() AS id,
               TIME '10:00' AS clock, TIMESTAMPTZ '2026-01-15 12:00:00Z' AS at, MAP {'a': [1::INTEGER]} AS counts,
               [{'x': 1.5::FLOAT}] AS points`),
    );
    await lake.crawler("types");
    await lake.run("types");
    const [table] = await lake.tables();
    assert.deepEqual(columns(table), [
      "small int",
      "middle bigint",
      "large bigint",
      "bytes binary",
      "id binary",
      "clock bigint",
      "at timestamp",
      "counts map<string,array<int>>",
      "points array<struct<x:float>>",
    ]);
    assert.equal(table?.Parameters?.recordCount, "1");
  });

  it("ignore a file whose footer is damaged", async () => {
    const lake = await Lake.make(at, "damaged");
    await lake.put("landing/a.parquet", (await parquet("SELECT 1 AS one")).subarray(0, -4));
    await lake.crawler("damaged");
    assert.equal((await lake.run("damaged")).LastCrawl?.Status, "SUCCEEDED");
    assert.deepEqual(await lake.tables(), []);
  });
});

import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { create, type Lab, lab, ROLE } from "./cloud";

const COLUMNS = [
  ["coin", "string"],
  ["price", "double"],
  ["volume", "bigint"],
  ["amount", "decimal(10,2)"],
  ["at", "timestamp"],
  ["tags", "array<string>"],
  ["extra", "struct<a:int,b:boolean>"],
  ["attrs", "map<string,int>"],
] as const;

describe("Firehose conversion to Parquet", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab();
    const { call, administrator } = at.cloud;
    await call("glue", "CreateDatabase", { DatabaseInput: { Name: "market" } }, administrator);
    const Columns = COLUMNS.map(([Name, Type]) => ({ Name, Type }));
    await call(
      "glue",
      "CreateTable",
      { DatabaseName: "market", TableInput: { Name: "ticks", StorageDescriptor: { Columns } } },
      administrator,
    );
    await create(at, {
      Prefix: "parquet/",
      ErrorOutputPrefix: "errors/",
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
      DataFormatConversionConfiguration: {
        Enabled: true,
        SchemaConfiguration: { RoleARN: ROLE, DatabaseName: "market", TableName: "ticks" },
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
      },
    });
  });
  afterEach(() => at.end());

  const body = async (prefix: string) => {
    const { Contents = [] } = await at.s3.send(new ListObjectsV2Command({ Bucket: "lake", Prefix: prefix }));
    const Key = Contents[0]?.Key ?? "";
    const { Body } = await at.s3.send(new GetObjectCommand({ Bucket: "lake", Key }));
    return { Key, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
  };
  const deliver = async (...records: string[]) => {
    const Records = records.map((text) => ({ Data: Buffer.from(text) }));
    await at.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: "raw", Records }));
    await at.cloud.flush();
  };

  it("writes the table's columns with their types, and each bad record under the error prefix", async () => {
    await deliver(
      '{"coin":"btc","PRICE":1.5,"volume":"12","amount":3.25,"at":"2026-01-01T12:00:00Z","tags":["a","b"],"extra":{"a":1,"b":true},"attrs":{"x":7}}',
      '{"coin":"eth","price":2}{"coin":"ada","price":3,"at":1767268800}',
      '{"coin":"bad","price":"dear"}',
      "not json",
    );
    const { Key, bytes } = await body("parquet/");
    assert.match(Key, /^parquet\/2026\/01\/01\/12\/raw-1-.*\.parquet$/);
    const dir = mkdtempSync(join(tmpdir(), "parquet-test-"));
    try {
      const file = join(dir, "file.parquet");
      writeFileSync(file, bytes);
      const connection = await (await DuckDBInstance.create(":memory:")).connect();
      const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
      assert.deepEqual(
        types.getRows().map(([name, type]) => [name, type]),
        [
          ["coin", "VARCHAR"],
          ["price", "DOUBLE"],
          ["volume", "BIGINT"],
          ["amount", "DECIMAL(10,2)"],
          ["at", "TIMESTAMP"],
          ["tags", "VARCHAR[]"],
          ["extra", "STRUCT(a INTEGER, b BOOLEAN)"],
          ["attrs", "MAP(VARCHAR, INTEGER)"],
        ],
      );
      const rows = await connection.runAndReadAll(
        `SELECT coin, price, volume, amount::varchar, "at"::varchar, tags[2], extra.a, attrs['x'] FROM '${file}'`,
      );
      assert.deepEqual(rows.getRows(), [
        ["btc", 1.5, 12n, "3.25", "2026-01-01 12:00:00", "b", 1, 7],
        ["eth", 2, null, null, null, null, null, null],
        ["ada", 3, null, null, "2026-01-01 12:00:00", null, null, null],
      ]);
      connection.closeSync();
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    const errors = await body("errors/format-conversion-failed/2026/01/01/12/");
    const lines = errors.bytes
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ rawData }) => Buffer.from(rawData, "base64").toString()),
      ['{"coin":"bad","price":"dear"}', "not json"],
    );
    assert.match(lines[0].lastErrorMessage, /column price: "dear" is not a number/);
    assert.equal(lines[0].dataCatalogTable.tableName, "ticks");
  });
});

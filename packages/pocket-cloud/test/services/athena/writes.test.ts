import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { furnish, startWorld, type World } from "./harness";

describe("Statements that write rows", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(() => world.stop());

  const done = async (sql: string) =>
    assert.equal((await world.run(sql)).Status?.StateChangeReason, undefined, sql);
  const fails = async (sql: string, reason: string) =>
    assert.equal((await world.run(sql)).Status?.StateChangeReason, reason, sql);
  const lines = async (sql: string) => (await world.rows(sql)).slice(1).map((row) => row.join("|"));

  const EVERY_TYPE = `SELECT CAST(1 AS tinyint) a, CAST(2 AS smallint) b, 3 c, BIGINT '4' d, REAL '1.5' e, 2.5e0 f,
    CAST(1.25 AS decimal(10,3)) g, 'x,y"z' h, DATE '2026-01-02' i, TIMESTAMP '2026-01-02 03:04:05.678' j, true k, X'0102' l`;
  const NESTED =
    "ARRAY[1, NULL] m, map(ARRAY['k'], ARRAY[1]) n, CAST(ROW(1, 'q') AS ROW(r integer, s varchar)) o";
  const PLAIN = '1|2|3|4|1.5|2.5|1.250|x,y"z|2026-01-02|2026-01-02 03:04:05.678|true|01 02';

  for (const [format, more, rest] of [
    ["PARQUET", `, ${NESTED}`, "|[1, null]|{k=1}|{r=1, s=q}"],
    ["JSON", `, ${NESTED}`, "|[1, null]|{k=1}|{r=1, s=q}"],
    ["TEXTFILE", "", ""],
  ] as const)
    it(`read every type back from ${format}, with NULLs`, async () => {
      const query = `${EVERY_TYPE}${more}`;
      const name = `every_${format.toLowerCase()}`;
      await done(`CREATE TABLE ${name} WITH (format = '${format}') AS ${query}`);
      await done(`INSERT INTO ${name} (c) SELECT 9`);
      assert.deepEqual(await lines(`SELECT * FROM ${name} WHERE a = 1`), [PLAIN + rest]);
      assert.deepEqual(await lines(`SELECT a, c, h, j FROM ${name} WHERE c = 9`), ["|9||"]);
    });

  it("read Parquet columns as compatible types, and fail on incompatible ones", async () => {
    await done(
      "CREATE TABLE stored WITH (external_location = 's3://lake/stored/') AS SELECT 1 AS i, 1.5e0 AS d, CAST(1.25 AS decimal(10,2)) AS m, 'x' AS s",
    );
    await done(
      "CREATE EXTERNAL TABLE seen (i bigint, d bigint, m decimal(12,3), s int) STORED AS PARQUET LOCATION 's3://lake/stored/'",
    );
    assert.deepEqual(await lines("SELECT i, m FROM seen"), ["1|1.250"]);
    for (const [column, stored, type] of [
      ["d", "DOUBLE", "bigint"],
      ["s", "VARCHAR", "integer"],
    ])
      await fails(
        `SELECT ${column} FROM seen`,
        `HIVE_BAD_DATA: Field ${column}'s type ${stored} in parquet file is incompatible with type ${type} defined in table schema`,
      );
  });

  it("name the Parquet object that cannot be read", async () => {
    await done(
      "CREATE TABLE whole WITH (external_location = 's3://lake/whole/') AS SELECT 1 AS n, 'a' AS text",
    );
    const { Contents = [] } = await world.s3.send(
      new ListObjectsV2Command({ Bucket: "lake", Prefix: "whole/" }),
    );
    const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: "lake", Key: Contents[0]?.Key }));
    const whole = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const changed = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return bytes;
    };
    const broken = {
      magic: changed((bytes) => bytes.write("NONE", bytes.length - 4)),
      footer: changed((bytes) => bytes.writeUInt32LE(0xfffffff0, bytes.length - 8)),
      thrift: changed((bytes) => bytes.fill(0x1c, bytes.length - 100, bytes.length - 8)),
      pages: changed((bytes) => bytes.fill(0xff, 4, 40)),
    };
    for (const [name, bytes] of Object.entries(broken)) {
      const uri = `s3://lake/broken_${name}/1.parquet`;
      await world.put(`broken_${name}/1.parquet`, bytes);
      await done(
        `CREATE EXTERNAL TABLE broken_${name} (n int, text string) STORED AS PARQUET LOCATION 's3://lake/broken_${name}/'`,
      );
      const reason =
        name === "pages"
          ? `HIVE_CURSOR_ERROR: Failed to read Parquet file: ${uri}`
          : `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split ${uri} (offset=0, length=${whole.length}): Not valid Parquet file`;
      await fails(`SELECT max(n), max(text) FROM broken_${name}`, reason);
      await fails(`INSERT INTO whole SELECT * FROM broken_${name}`, reason);
    }
  });

  it("read a Parquet object anew after it was overwritten", async () => {
    await done("CREATE TABLE old WITH (external_location = 's3://lake/old/') AS SELECT 1 AS n, 'a' AS text");
    await done(
      "CREATE TABLE other WITH (external_location = 's3://lake/other/') AS SELECT 2 AS n, 'longer' AS text",
    );
    assert.deepEqual(await lines("SELECT n, text FROM old"), ["1|a"]);
    const keyOf = async (Prefix: string) => {
      const { Contents = [] } = await world.s3.send(new ListObjectsV2Command({ Bucket: "lake", Prefix }));
      return Contents[0]?.Key ?? assert.fail(Prefix);
    };
    const { Body } = await world.s3.send(
      new GetObjectCommand({ Bucket: "lake", Key: await keyOf("other/") }),
    );
    await world.put(await keyOf("old/"), (await Body?.transformToByteArray()) ?? assert.fail());
    assert.deepEqual(await lines("SELECT n, text FROM old"), ["2|longer"]);
  });

  it("refuse types that TEXTFILE cannot store", () =>
    fails(
      "CREATE TABLE lists WITH (format = 'TEXTFILE') AS SELECT ARRAY[1] AS a",
      'NOT_SUPPORTED: the type array(integer) of the column "a" in TEXTFILE is not supported by the embedded cloud',
    ));

  it("take the properties that dbt writes, and refuse kinds of tables that are not supported", async () => {
    await done(
      "CREATE TABLE kinds WITH (table_type = 'hive', is_external = true, format = 'parquet') AS SELECT 1 AS n",
    );
    assert.deepEqual(await lines("SELECT * FROM kinds"), ["1"]);
    await fails(
      "CREATE TABLE ice WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS n",
      "NOT_SUPPORTED: the embedded cloud does not support table_type = ICEBERG; it supports HIVE",
    );
  });

  it("create an empty table WITH NO DATA", async () => {
    await done("CREATE TABLE bare AS SELECT 1 AS n WITH NO DATA");
    assert.deepEqual(await lines("SELECT * FROM bare"), []);
    await done("INSERT INTO bare SELECT 5");
    assert.deepEqual(await lines("SELECT * FROM bare"), ["5"]);
  });

  it("read partitions with special characters and NULL back", async () => {
    await done(
      "CREATE TABLE parted WITH (partitioned_by = ARRAY['d']) AS SELECT 1 AS n, 'a/b=c %' AS d UNION ALL SELECT 2, NULL",
    );
    await done("INSERT INTO parted VALUES (3, 'é:x')");
    assert.deepEqual(await lines("SELECT n, d FROM parted ORDER BY n"), ["1|a/b=c %", "2|", "3|é:x"]);
    assert.deepEqual(await lines("SELECT n FROM parted WHERE d = 'é:x'"), ["3"]);
    assert.match(
      (await lines(`SELECT "$path" FROM parted WHERE n = 1`))[0] ?? "",
      /\/d=a%2Fb%3Dc %25\/[^/]+$/,
    );
  });

  it("require partition keys to be the last columns, in order", async () => {
    await fails(
      "CREATE TABLE p WITH (partitioned_by = ARRAY['n']) AS SELECT 1 AS n, 2 AS m",
      "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties: [n]",
    );
    await fails(
      "CREATE TABLE p WITH (partitioned_by = ARRAY['x']) AS SELECT 1 AS n",
      "INVALID_TABLE_PROPERTY: Partition columns not present in schema: [x]",
    );
  });

  it("write to at most 100 partitions", async () => {
    const query = (count: number) =>
      `CREATE TABLE many_${count} WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS n, p FROM UNNEST(sequence(1, ${count})) AS t(p)`;
    await done(query(100));
    await fails(
      query(101),
      "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets",
    );
  });

  it("check the columns of INSERT", async () => {
    await done(
      "CREATE TABLE strict WITH (format = 'JSON') AS SELECT CAST('ab' AS varchar(3)) v, CAST(1.5 AS decimal(5,1)) d, CAST(ROW(1) AS ROW(x integer)) r, TIMESTAMP '2026-01-01 00:00:00' t",
    );
    await fails(
      "INSERT INTO strict (nope) VALUES (1)",
      "COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: nope",
    );
    await fails(
      "INSERT INTO strict (v, v) VALUES ('a', 'b')",
      "DUPLICATE_COLUMN_NAME: line 1:1: Insert column name is specified more than once: v",
    );
    await fails(
      "INSERT INTO strict (v) VALUES ('abcd')",
      "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from varchar(4) to varchar(3) on INSERT: abcd",
    );
    await fails(
      "INSERT INTO strict (d) VALUES (1.25)",
      "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: d is decimal(5,1), not decimal(3,2)",
    );
    await done(
      "INSERT INTO strict VALUES ('abc  ', 2.0, CAST(ROW(7) AS ROW(other integer)), TIMESTAMP '2026-01-01 00:00:00.1239')",
    );
    assert.deepEqual(await lines("SELECT * FROM strict WHERE d = 2"), [
      "abc|2.0|{x=7}|2026-01-01 00:00:00.124",
    ]);
  });

  it("fail if the table, the database or the catalogue does not exist", async () => {
    await fails("SELECT * FROM nodb.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nodb' does not exist");
    await fails(
      "SELECT * FROM other.market.t",
      "CATALOG_NOT_FOUND: line 1:15: Catalog 'other' does not exist",
    );
    await fails(
      "SELECT * FROM information_schema.roles",
      "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.information_schema.roles' does not exist",
    );
    await fails(
      "ALTER TABLE bare RENAME TO x",
      "NOT_SUPPORTED: line 1:25: ALTER TABLE … RENAME is not supported by the embedded cloud",
    );
  });

  it("leave no local files, whether they succeed or fail", async () => {
    const unload = async (query: string) => {
      const to = "TO 's3://lake/left/' WITH (format = 'PARQUET')";
      return (await world.run(`UNLOAD (${query}) ${to}`)).Status?.State;
    };
    assert.equal(await unload("SELECT nope FROM whole"), "FAILED");
    assert.equal(await unload("SELECT 1 / 0 AS n"), "FAILED");
    assert.equal(await unload("SELECT 1 AS n"), "SUCCEEDED");
    assert.deepEqual(readdirSync(join(world.dir, "cloud", "athena", "writes")), []);
  });
});

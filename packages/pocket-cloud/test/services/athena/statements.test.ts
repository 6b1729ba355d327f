import { strict as assert } from "node:assert";
import {
  CreatePreparedStatementCommand,
  CreateWorkGroupCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { GetPartitionsCommand, GetTableCommand } from "@aws-sdk/client-glue";
import { furnish, startWorld, type World } from "./harness";

const TABLE = `CREATE EXTERNAL TABLE IF NOT EXISTS orders (id int, name string COMMENT 'who', price double)
  PARTITIONED BY (dt string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS TEXTFILE
  LOCATION 's3://lake/orders/' TBLPROPERTIES ('skip.header.line.count' = '1')`;

describe("Athena statements", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    await world.put("orders/dt=2026-01-01/a.csv", "id,name,price\n1,ann,1.5\n2,bob,\\N\nx,eve,3\n");
    await world.put("orders/dt=2026-01-02/a.csv", "id,name,price\n4,dan,9\n");
  });
  after(() => world.stop());

  /** Rows without a header for what is no query. */
  const lines = async (sql: string) => (await world.rows(sql)).map((row) => row.join("|"));
  const reason = async (sql: string) => (await world.run(sql)).Status?.StateChangeReason;

  it("creates an external table, twice with IF NOT EXISTS", async () => {
    assert.equal((await world.run(TABLE)).Status?.State, "SUCCEEDED");
    assert.equal((await world.run(TABLE)).Status?.State, "SUCCEEDED");
    assert.match((await reason(TABLE.replace("IF NOT EXISTS ", ""))) ?? "", /already exists/i);
    const { Table } = await world.glue.send(new GetTableCommand({ DatabaseName: "market", Name: "orders" }));
    assert.deepEqual(Table?.StorageDescriptor?.SerdeInfo?.Parameters, {
      "serialization.format": ",",
      "field.delim": ",",
    });
  });

  it("finds partitions with MSCK REPAIR TABLE", async () => {
    assert.deepEqual(await lines("MSCK REPAIR TABLE orders"), [
      "Partitions not in metastore:\torders:dt=2026-01-01\torders:dt=2026-01-02",
      "Repair: Added partition to metastore orders:dt=2026-01-01",
      "Repair: Added partition to metastore orders:dt=2026-01-02",
    ]);
    assert.deepEqual(await lines("MSCK REPAIR TABLE orders"), []);
    // awswrangler sends the database in backticks.
    const execution = await world.run("MSCK REPAIR TABLE `orders`;", {
      QueryExecutionContext: { Database: "`market`" },
    });
    assert.equal(execution.Status?.State, "SUCCEEDED");
    assert.deepEqual(await lines("SHOW PARTITIONS orders"), ["dt=2026-01-01", "dt=2026-01-02"]);
  });

  it("reads it: typed columns, NULL for invalid values, without the header", async () => {
    assert.deepEqual(await lines("SELECT id, name, price, dt FROM orders ORDER BY name"), [
      "id|name|price|dt",
      "1|ann|1.5|2026-01-01",
      "2|bob||2026-01-01",
      "4|dan|9.0|2026-01-02",
      "|eve|3.0|2026-01-01",
    ]);
  });

  it("adds and drops partitions", async () => {
    assert.equal(
      await reason(
        "ALTER TABLE orders ADD IF NOT EXISTS PARTITION (dt = '2026-01-01') PARTITION (dt = '2026-02-01') LOCATION 's3://lake/other/'",
      ),
      undefined,
    );
    assert.deepEqual(await lines("SHOW PARTITIONS orders"), [
      "dt=2026-01-01",
      "dt=2026-01-02",
      "dt=2026-02-01",
    ]);
    assert.match(
      (await reason("ALTER TABLE orders ADD PARTITION (dt = '2026-02-01')")) ?? "",
      /already exists/i,
    );
    assert.equal(await reason("ALTER TABLE orders DROP PARTITION (dt = '2026-02-01')"), undefined);
    assert.equal((await lines("SHOW PARTITIONS orders")).length, 2);
  });

  it("alters a table's properties and columns", async () => {
    assert.equal(await reason("ALTER TABLE orders SET TBLPROPERTIES ('owner' = 'me')"), undefined);
    assert.equal(await reason("ALTER TABLE orders ADD COLUMNS (note string)"), undefined);
    assert.deepEqual(await lines("SHOW TBLPROPERTIES orders('owner')"), ["owner\tme"]);
    assert.deepEqual(
      (await lines("SHOW COLUMNS IN orders")).map((line) => line.trimEnd()),
      ["id", "name", "price", "note", "dt"],
    );
  });

  it("shows and describes", async () => {
    assert.deepEqual(await lines("SHOW DATABASES LIKE 'mar*'"), ["market"]);
    assert.ok((await lines("SHOW TABLES")).includes("orders"));
    assert.deepEqual(await lines("DESCRIBE orders"), [
      "id                  \tint                 \t                    ",
      "name                \tstring              \twho                 ",
      "price               \tdouble              \t                    ",
      "note                \tstring              \t                    ",
      "dt                  \tstring              \t                    ",
      "\t \t ",
      "# Partition Information\t \t ",
      "# col_name            \tdata_type           \tcomment             ",
      "\t \t ",
      "dt                  \tstring              \t                    ",
    ]);
    assert.match(
      (await lines("SHOW CREATE TABLE orders")).join("\n"),
      /CREATE EXTERNAL TABLE `market\.orders`\(\n {2}`id` int, /,
    );
  });

  it("creates, replaces, shows and drops views", async () => {
    assert.equal(
      await reason("CREATE VIEW cheap AS SELECT id, price * 2 AS twice, dt FROM orders WHERE price < 5"),
      undefined,
    );
    assert.deepEqual(await lines("SELECT * FROM cheap WHERE dt = '2026-01-01' ORDER BY twice"), [
      "id|twice|dt",
      "1|3.0|2026-01-01",
      "|6.0|2026-01-01",
    ]);
    assert.match(
      (await reason("CREATE VIEW cheap AS SELECT 1 AS x")) ?? "",
      /^ALREADY_EXISTS: line 1:1: View already exists/,
    );
    assert.equal(await reason("CREATE OR REPLACE VIEW cheap AS SELECT 7 AS x"), undefined);
    assert.deepEqual(await lines("SELECT * FROM cheap"), ["x", "7"]);
    assert.deepEqual(await lines("SHOW CREATE VIEW cheap"), ["CREATE VIEW market.cheap AS", "SELECT 7 AS x"]);
    assert.deepEqual(await lines("DESCRIBE cheap"), ["x\tinteger"]);
    assert.deepEqual(await lines("SHOW COLUMNS FROM cheap"), ["x\tinteger"]);
    assert.equal(await reason("DROP VIEW cheap"), undefined);
    assert.match(
      (await reason("SELECT * FROM cheap")) ?? "",
      /^TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog\.market\.cheap' does not exist/,
    );
  });

  for (const format of ["PARQUET", "JSON", "TEXTFILE"])
    it(`creates a partitioned table as a query in ${format}, inserts into it and reads it`, async () => {
      const name = `copy_${format.toLowerCase()}`;
      assert.equal(
        await reason(
          `CREATE TABLE ${name} WITH (format = '${format}', external_location = 's3://lake/${name}/', partitioned_by = ARRAY['dt']) AS SELECT id, name, price, dt FROM orders WHERE id < 4`,
        ),
        undefined,
      );
      assert.deepEqual(await lines(`SELECT id, name, price, dt FROM ${name} ORDER BY id`), [
        "id|name|price|dt",
        "1|ann|1.5|2026-01-01",
        "2|bob||2026-01-01",
      ]);
      assert.equal(
        await reason(`INSERT INTO ${name} (dt, id, name) SELECT '2026-03-01', 9, 'zoe'`),
        undefined,
      );
      assert.deepEqual(await lines(`SELECT id, name, price, dt FROM ${name} WHERE dt = '2026-03-01'`), [
        "id|name|price|dt",
        "9|zoe||2026-03-01",
      ]);
      const { Partitions } = await world.glue.send(
        new GetPartitionsCommand({ DatabaseName: "market", TableName: name }),
      );
      assert.deepEqual(Partitions?.map(({ Values }) => Values?.[0]).sort(), ["2026-01-01", "2026-03-01"]);
    });

  it("unloads a query and lists the files in a manifest", async () => {
    const execution = await world.run(
      "UNLOAD (SELECT id, name FROM orders WHERE id = 1) TO 's3://lake/unloaded/' WITH (format = 'JSON', compression = 'NONE')",
    );
    assert.equal(execution.Status?.StateChangeReason, undefined);
    assert.match(execution.Statistics?.DataManifestLocation ?? "", /^s3:\/\/results\/out\/.*-manifest\.csv$/);
    assert.match(
      (await reason("UNLOAD (SELECT 1 AS x) TO 's3://lake/unloaded/' WITH (format = 'JSON')")) ?? "",
      /^HIVE_PATH_ALREADY_EXISTS: /,
    );
  });

  it("refuses the location of a table in a workgroup that enforces its own", async () => {
    const Configuration = {
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { OutputLocation: "s3://results/enforced/" },
    };
    await world.athena.send(new CreateWorkGroupCommand({ Name: "enforcing", Configuration }));
    const start = (properties: string) =>
      world.athena.send(
        new StartQueryExecutionCommand({
          QueryString: `CREATE TABLE somewhere WITH (${properties}) AS SELECT 1 AS x`,
          QueryExecutionContext: { Database: "market" },
          WorkGroup: "enforcing",
        }),
      );
    await assert.rejects(
      start("format = 'PARQUET', external_location = 's3://lake/somewhere/'"),
      /^InvalidRequestException: The Create Table As Select query failed because it was submitted with an 'external_location' property/,
    );
    assert.ok((await start("format = 'PARQUET'")).QueryExecutionId);
  });

  it("unloads into partitions again and again, whose columns are the last ones", async () => {
    const unload = (columns: string) =>
      reason(
        `UNLOAD (SELECT ${columns} FROM orders WHERE id < 5) TO 's3://lake/by-day/' WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])`,
      );
    assert.equal(await unload("id, dt"), undefined);
    assert.equal(await unload("id, dt"), undefined);
    assert.match((await unload("dt, id")) ?? "", /^HIVE_COLUMN_ORDER_MISMATCH: /);
  });

  it("refuses to unload into more than a hundred partitions", async () => {
    const unload = (count: number) =>
      reason(
        `UNLOAD (SELECT 1 AS x, n FROM UNNEST(sequence(1, ${count})) AS t(n)) TO 's3://lake/parts-${count}/' WITH (format = 'PARQUET', partitioned_by = ARRAY['n'])`,
      );
    assert.equal(await unload(100), undefined);
    assert.match(
      (await unload(101)) ?? "",
      /^HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers/,
    );
  });

  it("prepares, executes and deallocates", async () => {
    assert.equal(
      await reason("PREPARE pick FROM SELECT name FROM orders WHERE id = ? AND dt = ?"),
      undefined,
    );
    assert.deepEqual(await lines("EXECUTE pick USING 4, '2026-01-02'"), ["name", "dan"]);
    assert.deepEqual((await world.rows("EXECUTE pick", { ExecutionParameters: ["1", "'2026-01-01'"] }))[1], [
      "ann",
    ]);
    assert.equal(await reason("DEALLOCATE PREPARE pick"), undefined);
    assert.equal(
      await reason("EXECUTE pick USING 4, 'x'"),
      "NOT_FOUND: PreparedStatement pick was not found in workGroup primary",
    );
  });

  it("takes question marks only in a WHERE clause", async () => {
    const refused = (at: number) =>
      `NOT_SUPPORTED: line 1:${at}: ? parameters are supported only in the WHERE clause`;
    const outside: [string, number][] = [
      ["SELECT ? FROM orders WHERE id = 1", 8],
      ["SELECT name FROM orders LIMIT ?", 31],
      ["SELECT dt, count(*) FROM orders GROUP BY dt HAVING count(*) > ?", 63],
      ["SELECT count(*) FILTER (WHERE id = ?) FROM orders", 36],
      ["SELECT a.id FROM orders a JOIN orders b ON a.id = b.id + ?", 58],
      ["SELECT id FROM orders WHERE id IN (SELECT ? FROM orders)", 43],
      ["SELECT id FROM orders WHERE id IN (SELECT id FROM orders LIMIT ?)", 64],
      ["WITH t AS (SELECT id + ? AS x FROM orders) SELECT x FROM t", 24],
    ];
    for (const [sql, at] of outside) {
      const { Status } = await world.run(sql, { ExecutionParameters: ["1"] });
      assert.equal(Status?.StateChangeReason, refused(at), sql);
      assert.equal(await reason(`PREPARE refused FROM ${sql}`), refused(at), sql);
      const StatementName = "refused";
      await assert.rejects(
        world.athena.send(
          new CreatePreparedStatementCommand({ StatementName, WorkGroup: "primary", QueryStatement: sql }),
        ),
        { name: "InvalidRequestException", message: refused(at) },
      );
    }
    const inside = [
      "SELECT name FROM orders WHERE id = ?",
      "WITH t AS (SELECT name FROM orders WHERE (id = ? OR false)) SELECT name FROM t",
      "SELECT (SELECT max(name) FROM orders WHERE id = ?) AS name",
      "SELECT name FROM orders WHERE id IN (SELECT id FROM orders WHERE id = ?)",
    ];
    for (const sql of inside)
      assert.deepEqual((await world.rows(sql, { ExecutionParameters: ["4"] }))[1], ["dan"], sql);
  });

  it("explains a plan", async () => {
    const query = "SELECT count(*) FROM orders WHERE dt = '2026-01-01'";
    for (const options of ["", "(TYPE LOGICAL)", "(FORMAT TEXT, TYPE DISTRIBUTED)", "(FORMAT GRAPHVIZ)"])
      assert.ok((await lines(`EXPLAIN ${options} ${query}`)).length > 3, options);
    const [header, ...plan] = await lines(`EXPLAIN (FORMAT JSON) ${query}`);
    assert.equal(header, "Query Plan");
    assert.ok(Array.isArray(JSON.parse(plan.join(""))));
  });

  it("explains what a query reads, and whether it is valid", async () => {
    const query = "SELECT count(*) FROM orders WHERE dt = '2026-01-01'";
    const [, ...plan] = await lines(`EXPLAIN (TYPE IO, FORMAT JSON) ${query}`);
    const io = JSON.parse(plan.join("")) as {
      inputTableColumnInfos: { table: object; partitionFilters: string[] }[];
    };
    assert.deepEqual(io.inputTableColumnInfos[0]?.table, {
      catalog: "awsdatacatalog",
      schemaTable: { schema: "market", table: "orders" },
    });
    assert.deepEqual(io.inputTableColumnInfos[0]?.partitionFilters, [`("dt" = '2026-01-01')`]);
    assert.deepEqual(await lines(`EXPLAIN (TYPE VALIDATE) ${query}`), ["Valid", "true", ""]);
    assert.match(
      (await reason("EXPLAIN (TYPE VALIDATE) SELECT nothing FROM orders")) ?? "",
      /^COLUMN_NOT_FOUND: .*Column 'nothing' cannot be resolved/,
    );
  });

  it("refuses unsupported EXPLAIN options and statements by name", async () => {
    assert.match(
      (await reason("EXPLAIN (TYPE IO, FORMAT GRAPHVIZ) SELECT 1")) ?? "",
      /^NOT_SUPPORTED: .*EXPLAIN \(TYPE IO, FORMAT GRAPHVIZ\)/,
    );
    assert.match((await reason("EXPLAIN ANALYZE SELECT 1")) ?? "", /^NOT_SUPPORTED: .*EXPLAIN ANALYZE/);
  });

  it("creates, alters and drops databases", async () => {
    assert.equal(await reason("CREATE DATABASE IF NOT EXISTS scratch COMMENT 'tmp'"), undefined);
    assert.equal(await reason("ALTER DATABASE scratch SET DBPROPERTIES ('a' = 'b')"), undefined);
    assert.match((await reason("DROP DATABASE market")) ?? "", /is not empty/);
    assert.equal(await reason("DROP DATABASE scratch"), undefined);
  });

  it("drops tables", async () => {
    assert.equal(await reason("DROP TABLE copy_json"), undefined);
    assert.match((await reason("DROP TABLE copy_json")) ?? "", /^TABLE_NOT_FOUND: /);
    assert.equal(await reason("DROP TABLE IF EXISTS copy_json"), undefined);
  });

  for (const [sql, expected] of [
    [
      "DELETE FROM orders WHERE id = 1",
      "NOT_SUPPORTED: line 1:1: the statement DELETE FROM orders is not supported by the embedded cloud",
    ],
    [
      "CREATE TABLE t (id int) LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type' = 'ICEBERG')",
      "NOT_SUPPORTED: line 1:1: an Iceberg table is not supported by the embedded cloud",
    ],
    [
      "CREATE EXTERNAL TABLE t (id int) STORED AS ORC LOCATION 's3://lake/t/'",
      "NOT_SUPPORTED: line 1:48: STORED AS ORC is not supported by the embedded cloud",
    ],
  ] as const)
    it(`refuses ${sql}`, async () => assert.equal(await reason(sql), expected));
});

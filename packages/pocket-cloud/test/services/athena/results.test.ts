import { strict as assert } from "node:assert";
import { GetQueryResultsCommand, type QueryExecution } from "@aws-sdk/client-athena";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { furnish, startWorld, type World } from "./harness";

/** What each sort of statement leaves where results go, and says of itself. */
describe("Results of statements", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    await world.run("CREATE EXTERNAL TABLE t (n int) LOCATION 's3://lake/t/'");
  });
  after(() => world.stop());

  async function seen(sql: string) {
    const execution = await world.run(sql);
    assert.equal(execution.Status?.StateChangeReason, undefined);
    const id = execution.QueryExecutionId ?? "";
    const { Contents } = await world.s3.send(new ListObjectsV2Command({ Bucket: "results" }));
    const { ResultSet, UpdateCount } = await world.athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: id }),
    );
    return {
      type: `${execution.StatementType} ${execution.SubstatementType}`,
      location: location(execution),
      objects: (Contents ?? [])
        .map(({ Key = "" }) => Key.slice("out/".length))
        .filter((key) => key.includes(id))
        .map((key) => key.replace(id, "id")),
      UpdateCount,
      columns: (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(
        ({ Name, Type, Precision, CaseSensitive }) => `${Name} ${Type} ${Precision} ${CaseSensitive}`,
      ),
      rows: (ResultSet?.Rows ?? []).length,
    };
  }

  const location = ({ QueryExecutionId = "", ResultConfiguration }: QueryExecution) =>
    (ResultConfiguration?.OutputLocation ?? "")
      .replace("s3://results/out/", "")
      .replace(QueryExecutionId, "id");

  it("SELECT: a CSV", async () =>
    assert.deepEqual(await seen("SELECT 1 AS i, 'ab' AS s"), {
      type: "DML SELECT",
      location: "id.csv",
      objects: ["id.csv", "id.csv.metadata"],
      UpdateCount: 0,
      columns: ["i integer 10 false", "s varchar 2 true"],
      rows: 2,
    }));

  it("INSERT: what it wrote, and how many", async () =>
    assert.deepEqual(await seen("INSERT INTO t SELECT * FROM (VALUES 1, 2) v(n)"), {
      type: "DML INSERT",
      location: "id",
      objects: ["id-manifest.csv", "id.metadata"],
      UpdateCount: 2,
      columns: ["rows bigint 19 false"],
      rows: 0,
    }));

  it("CREATE TABLE AS: the same under tables/", async () =>
    assert.deepEqual(
      await seen("CREATE TABLE c WITH (external_location = 's3://lake/c/') AS SELECT 1 AS n"),
      {
        type: "DDL CREATE_TABLE_AS_SELECT",
        location: "tables/id",
        objects: ["tables/id-manifest.csv", "tables/id.metadata"],
        UpdateCount: 1,
        columns: ["rows bigint 19 false"],
        rows: 0,
      },
    ));

  it("UNLOAD: the same as INSERT", async () =>
    assert.deepEqual(
      (await seen("UNLOAD (SELECT 1 AS n) TO 's3://lake/u/' WITH (format = 'PARQUET')")).objects,
      ["id-manifest.csv", "id.metadata"],
    ));

  it("DDL: an empty text", async () =>
    assert.deepEqual(await seen("CREATE DATABASE other"), {
      type: "DDL CREATE_DATABASE",
      location: "id.txt",
      objects: ["id.txt"],
      UpdateCount: undefined,
      columns: [],
      rows: 0,
    }));

  it("SHOW: lines without a header, of strings", async () =>
    assert.deepEqual(await seen("SHOW TABLES LIKE 't'"), {
      type: "UTILITY SHOW_TABLES",
      location: "id.txt",
      objects: ["id.txt", "id.txt.metadata"],
      UpdateCount: 0,
      columns: ["tab_name string 0 false"],
      rows: 1,
    }));

  it("DESCRIBE: three columns in one value", async () =>
    assert.deepEqual(await seen("DESCRIBE t"), {
      type: "UTILITY DESCRIBE_TABLE",
      location: "id.txt",
      objects: ["id.txt", "id.txt.metadata"],
      UpdateCount: undefined,
      columns: ["col_name string 0 false", "data_type string 0 false", "comment string 0 false"],
      rows: 1,
    }));

  it("EXPLAIN: lines under a header", async () => {
    const { rows, columns, ...rest } = await seen("EXPLAIN (TYPE VALIDATE) SELECT 1");
    assert.deepEqual(
      { rows, columns: columns[0]?.replace(/\d+/, "n"), ...rest },
      {
        type: "DML EXPLAIN",
        location: "id.txt",
        objects: ["id.txt", "id.txt.metadata"],
        UpdateCount: undefined,
        rows: 3,
        columns: "Valid varchar n true",
      },
    );
  });

  it("metadata is the protocol buffer that drivers read", async () => {
    const { QueryExecutionId: id = "" } = await world.run("INSERT INTO t SELECT 3");
    const { Body } = await world.s3.send(
      new GetObjectCommand({ Bucket: "results", Key: `out/${id}.metadata` }),
    );
    assert.equal(
      Buffer.from((await Body?.transformToByteArray()) ?? []).toString("latin1"),
      `\x0a\x24${id}\x12\x06INSERT\x18\x01\x22\x22\x0a\x04hive\x22\x04rows\x2a\x04rows\x32\x06bigint\x38\x13\x40\x00\x48\x03\x50\x00`,
    );
  });

  it("metadata omits fields that a type does not have", async () => {
    const { QueryExecutionId: id = "" } = await world.run("SELECT DATE '2026-01-01' AS d, ARRAY[1] AS a");
    const { Body } = await world.s3.send(
      new GetObjectCommand({ Bucket: "results", Key: `out/${id}.csv.metadata` }),
    );
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []).subarray(38);
    assert.equal(
      bytes.toString("latin1"),
      "\x22\x18\x0a\x04hive\x22\x01d\x2a\x01d\x32\x04date\x40\x00\x48\x03\x50\x00" +
        "\x22\x15\x0a\x04hive\x22\x01a\x2a\x01a\x32\x05array\x48\x03",
    );
  });

  it("failures have Athena's error types", async () => {
    const numbers = async (sql: string) => {
      const { Status } = await world.run(sql);
      return [Status?.AthenaError?.ErrorCategory, Status?.AthenaError?.ErrorType];
    };
    assert.deepEqual(await numbers("SELECT 1 / 0"), [2, 1001]);
    assert.deepEqual(await numbers("SELECT * FROM nowhere"), [2, 1301]);
    assert.deepEqual(await numbers("SELECT nosuch(1)"), [2, 1303]);
    assert.deepEqual(await numbers("SELECT 1 = 'a'"), [2, 1002]);
  });
});

import { strict as assert } from "node:assert";
import { isRead, isReadStatement } from "../../console/server/reads";

describe("Calls in read-only mode", () => {
  it("allow operations that only read", () => {
    for (const [service, operation] of [
      ["kinesis", "GetRecords"],
      ["s3", "ListObjectsV2"],
      ["dynamodb", "Query"],
      ["dynamodb", "BatchGetItem"],
      ["logs", "FilterLogEvents"],
      ["s3", "HeadObject"],
    ] as const)
      assert.equal(isRead(service, operation, {}), true, operation);
  });

  it("refuse operations that change something or return secrets", () => {
    for (const [service, operation] of [
      ["sqs", "ReceiveMessage"],
      ["lambda", "Invoke"],
      ["kms", "Decrypt"],
      ["kms", "GenerateDataKey"],
      ["sts", "AssumeRole"],
      ["sts", "GetSessionToken"],
      ["secretsmanager", "GetSecretValue"],
      ["glue", "StartCrawler"],
      ["dynamodb", "BatchWriteItem"],
      ["scheduler", "UpdateSchedule"],
      ["s3", "Listing"],
    ] as const)
      assert.equal(isRead(service, operation, {}), false, operation);
  });

  it("allow statements that only read", () => {
    for (const sql of [
      "SELECT 1",
      "  -- all\n/* of */ with a as (select 1) select * from a",
      "(SELECT 1) UNION SELECT 2",
      "SHOW TABLES",
      "DESCRIBE t",
      "EXPLAIN ANALYZE SELECT 1",
      "VALUES 1",
    ])
      assert.equal(isReadStatement(sql), true, sql);
  });

  it("refuse statements that write", () => {
    for (const sql of [
      "INSERT INTO t SELECT 1",
      "CREATE TABLE t AS SELECT 1",
      "UNLOAD (SELECT 1) TO 's3://x/'",
      "DROP TABLE t",
      "MSCK REPAIR TABLE t",
      "EXECUTE p",
      "/* SELECT */ DELETE FROM t",
      "-- SELECT 1",
      "selectively",
      "",
    ])
      assert.equal(isReadStatement(sql), false, sql);
  });
});

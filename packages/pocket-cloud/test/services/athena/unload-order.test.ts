import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { Engine } from "../../../../trino-duckdb";
import { temporaryDirectory } from "../../temporary";
import { furnish, startWorld, type World } from "./harness";

// Athena User Guide, "UNLOAD": with ORDER BY, "each file's contents are in sorted order".
describe("UNLOAD of a sorted query into partitions", function () {
  this.timeout(60_000);
  let world: World;
  const { path, remove } = temporaryDirectory();
  const engine = new Engine(path);
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(async () => {
    await engine.stop();
    await world.stop();
    remove();
  });

  it("writes one sorted file into each, of more rows than DuckDB's threads take at a time", async () => {
    const { Status } = await world.run(
      `UNLOAD (SELECT n, n % 3 AS part FROM (SELECT a * 1000 + b AS n FROM UNNEST(sequence(0, 509)) AS x(a), UNNEST(sequence(0, 999)) AS y(b))
        ORDER BY n DESC) TO 's3://lake/sorted/' WITH (format = 'PARQUET', partitioned_by = ARRAY['part'])`,
    );
    assert.equal(Status?.StateChangeReason, undefined);
    const { Contents = [] } = await world.s3.send(
      new ListObjectsV2Command({ Bucket: "lake", Prefix: "sorted/" }),
    );
    assert.deepEqual(
      Contents.map(({ Key = "" }) => Key.split("/")[1]),
      ["part=0", "part=1", "part=2"],
    );
    assert.deepEqual(
      Contents.map(({ ChecksumAlgorithm }) => ChecksumAlgorithm),
      [["CRC32"], ["CRC32"], ["CRC32"]],
    );
    for (const [i, { Key }] of Contents.entries()) {
      const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: "lake", Key }));
      const file = join(path, `${i}.parquet`);
      writeFileSync(file, (await Body?.transformToByteArray()) ?? assert.fail(Key));
      const rows = await engine.rows(
        `SELECT CAST(count(*) AS VARCHAR), CAST(count_if(n > before) AS VARCHAR), CAST(max(n) AS VARCHAR) FROM (
          SELECT n, lag(n) OVER (ORDER BY file_row_number) AS before FROM read_parquet('${file}', file_row_number = true))`,
      );
      assert.deepEqual(rows, [["170000", "0", String(509_997 + i)]]);
    }
  });
});

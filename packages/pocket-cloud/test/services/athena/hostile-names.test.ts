import { strict as assert } from "node:assert";
import { furnish, startWorld, type World } from "./harness";

describe("A table in Athena", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    const { Status } = await world.run(
      "CREATE EXTERNAL TABLE notes (a string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/notes/'",
    );
    assert.equal(Status?.State, "SUCCEEDED", Status?.StateChangeReason);
  });
  after(() => world.stop());

  it("refuses a location outside S3 when it is set", async () => {
    await world.put("notes/plain", "1\n");
    for (const location of ["file:///etc/", "/etc/", "https://example.com/a/", "hdfs://a/b/"]) {
      for (const sql of [
        `ALTER TABLE notes SET LOCATION '${location}'`,
        `CREATE EXTERNAL TABLE other (a string) LOCATION '${location}'`,
      ]) {
        const { Status } = await world.run(sql).catch((error: Error) => ({
          Status: { State: "FAILED", StateChangeReason: error.message },
        }));
        assert.equal(Status?.State, "FAILED", sql);
        assert.match(Status?.StateChangeReason ?? "", /is not an s3:\/\/ path/);
      }
    }
    assert.deepEqual(await world.rows("SELECT a FROM notes"), [["a"], ["1"]]);
  });

  it("stays readable when a key contains a NUL, a quote or a line break", async () => {
    for (const name of ["a\0b", "it's", "a\nb", 'say "x"']) await world.put(`notes/${name}`, "2\n");
    assert.deepEqual(await world.rows("SELECT count(*) AS n FROM notes"), [["n"], ["5"]]);
    const [, ...paths] = await world.rows('SELECT "$path" FROM notes ORDER BY 1');
    assert.deepEqual(
      paths.map(([path]) => path),
      ["a\0b", "a\nb", "it's", "plain", 'say "x"'].map((name) => `s3://lake/notes/${name}`),
    );
    assert.deepEqual(await world.rows(`SELECT a FROM notes WHERE "$path" LIKE '%plain'`), [["a"], ["1"]]);
  });
});

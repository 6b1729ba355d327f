import { strict as assert } from "node:assert";
import { furnish, OPEN_CSV, startWorld, type World } from "./harness";

describe("Partition projection", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(() => world.stop());

  /** A table with one projected column `p`, and a file in each folder whose one value is the folder's name. */
  const project = async (name: string, projection: Record<string, string>, folders: readonly string[]) => {
    await world.table({
      Name: name,
      TableType: "EXTERNAL_TABLE",
      Parameters: {
        "projection.enabled": "true",
        ...Object.fromEntries(
          Object.entries(projection).map(([key, value]) => [`projection.p.${key}`, value]),
        ),
        "storage.location.template": `s3://lake/${name}/\${p}/`,
      },
      PartitionKeys: [{ Name: "p", Type: "string" }],
      StorageDescriptor: {
        Location: `s3://lake/${name}/`,
        SerdeInfo: { SerializationLibrary: OPEN_CSV },
        Columns: [{ Name: "folder", Type: "string" }],
      },
    });
    for (const folder of folders) await world.put(`${name}/${folder}/a.csv`, `${folder}\n`);
  };
  const read = async (name: string, where = "true") =>
    (await world.rows(`SELECT p FROM ${name} WHERE ${where} AND p = folder ORDER BY p`)).slice(1).flat();

  it("of an enum has its values", async () => {
    await project("enums", { type: "enum", values: "eu, us" }, ["eu", "us", "mars"]);
    assert.deepEqual(await read("enums"), ["eu", "us"]);
    assert.deepEqual(await read("enums", "p <> 'eu'"), ["us"]);
  });

  it("of integers respects range, interval and digits", async () => {
    await project("integers", { type: "integer", range: "5,20", interval: "5", digits: "3" }, [
      "005",
      "006",
      "010",
      "10",
      "020",
      "025",
    ]);
    assert.deepEqual(await read("integers"), ["005", "010", "020"]);
  });

  it("of dates steps by its interval and unit, up to NOW", async () => {
    await project(
      "weeks",
      { type: "date", format: "yyyy-MM-dd", range: "2026-01-01,NOW", interval: "3", "interval.unit": "DAYS" },
      ["2025-12-29", "2026-01-01", "2026-01-02", "2026-01-04", "2026-01-10", "2026-01-13"],
    );
    assert.deepEqual(await read("weeks"), ["2026-01-01", "2026-01-04", "2026-01-10"]);
  });

  it("of dates with slashes has a folder per part", async () => {
    await project("slashes", { type: "date", format: "yyyy/MM/dd", range: "2026/01/01,2026/01/02" }, [
      "2026/01/01",
      "2026/01/02",
      "2026/01/03",
    ]);
    assert.deepEqual(await read("slashes"), ["2026/01/01", "2026/01/02"]);
  });

  it("of yyyyMMddHH ends at the hour of NOW-1HOUR", async () => {
    await project("hours", { type: "date", format: "yyyyMMddHH", range: "2026010100,NOW-1HOUR" }, [
      "2026010100",
      "2026011011",
      "2026011012",
    ]);
    assert.deepEqual(await read("hours"), ["2026010100", "2026011011"]);
  });

  it("of an injected column needs a condition that names its values", async () => {
    await project("injected", { type: "injected" }, ["a", "b", "c"]);
    assert.deepEqual(await read("injected", "p = 'b'"), ["b"]);
    assert.deepEqual(await read("injected", "p IN ('a', 'c')"), ["a", "c"]);
    for (const where of ["true", "p > 'a'", "p = 'a' OR p > 'b'"])
      assert.equal(
        (await world.run(`SELECT * FROM injected WHERE ${where}`)).Status?.StateChangeReason,
        "CONSTRAINT_VIOLATION: For the injected projected partition column p, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.",
      );
  });

  it("refuses an unknown type", async () => {
    await project("strange", { type: "uuid" }, []);
    assert.equal(
      (await world.run("SELECT * FROM strange")).Status?.StateChangeReason,
      "INVALID_TABLE_PROPERTY: projection.p.type is 'uuid'; allowed: enum, injected, integer, date",
    );
  });

  it('has the object of each row in "$path", which * does not include', async () => {
    assert.deepEqual(await world.rows(`SELECT *, "$path" FROM enums WHERE "$path" LIKE '%/us/%'`), [
      ["folder", "p", "$path"],
      ["us", "us", "s3://lake/enums/us/a.csv"],
    ]);
  });
});

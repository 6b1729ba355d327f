import { strict as assert } from "node:assert";
import { furnish, startWorld, type World } from "./harness";

describe("Athena's information_schema", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    await world.table({
      Name: "ticks",
      TableType: "EXTERNAL_TABLE",
      PartitionKeys: [{ Name: "dt", Type: "date" }],
      StorageDescriptor: {
        Location: "s3://lake/ticks/",
        Columns: [
          { Name: "symbol", Type: "string" },
          { Name: "price", Type: "decimal(10,2)" },
        ],
      },
    });
    await world.run("CREATE VIEW cheap AS SELECT symbol FROM (VALUES ('it''s')) AS t (symbol)");
  });
  after(() => world.stop());
  const rows = async (sql: string) => (await world.rows(sql)).slice(1);

  it("lists databases, tables and views", async () => {
    assert.deepEqual(await rows("SELECT * FROM information_schema.schemata ORDER BY schema_name"), [
      ["awsdatacatalog", "information_schema"],
      ["awsdatacatalog", "market"],
    ]);
    assert.deepEqual(
      await rows(
        "SELECT table_name, table_type FROM awsdatacatalog.information_schema.tables WHERE table_schema = 'market' ORDER BY 1",
      ),
      [
        ["cheap", "VIEW"],
        ["ticks", "BASE TABLE"],
      ],
    );
    const [[name, definition = ""] = []] = await rows(
      "SELECT table_name, view_definition FROM information_schema.views",
    );
    assert.equal(name, "cheap");
    assert.match(definition ?? "", /VALUES \('it''s'\)/);
  });

  it("lists the columns of tables and views, with partition keys last and Trino's types", async () => {
    assert.deepEqual(
      await rows(
        "SELECT table_name, column_name, ordinal_position, is_nullable, data_type FROM information_schema.columns " +
          "WHERE table_schema = 'market' ORDER BY table_name, ordinal_position",
      ),
      [
        ["cheap", "symbol", "1", "YES", "varchar(4)"],
        ["ticks", "symbol", "1", "YES", "varchar"],
        ["ticks", "price", "2", "YES", "decimal(10,2)"],
        ["ticks", "dt", "3", "YES", "date"],
      ],
    );
  });

  it("is empty where nothing is found", async () => {
    assert.deepEqual(await rows("SELECT * FROM information_schema.tables WHERE table_schema = 'absent'"), []);
  });
});

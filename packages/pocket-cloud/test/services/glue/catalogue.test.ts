import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";

describe("Glue catalogue", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.glue.createDatabase({ DatabaseInput: { Name: "lake" } });
  });
  after(async () => at.end());

  const DatabaseName = "lake";
  const columns = [{ Name: "id", Type: "bigint" }];

  describe("databases", () => {
    it("are created under a lower-case name, read, changed and deleted", async () => {
      await at.glue.createDatabase({
        DatabaseInput: { Name: "UPPER_One", Description: "first" },
        Tags: { env: "dev" },
      });
      const { Database } = await at.glue.getDatabase({ Name: "upper_one" });
      assert.equal(Database?.Name, "upper_one");
      assert.equal(Database?.CatalogId, "000000000000");
      assert.deepEqual(Database?.CreateTableDefaultPermissions, [
        { Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] },
      ]);
      const tags = await at.glue.getTags({
        ResourceArn: "arn:aws:glue:us-east-1:000000000000:database/upper_one",
      });
      assert.deepEqual(tags.Tags, { env: "dev" });
      await at.glue.updateDatabase({
        Name: "upper_one",
        DatabaseInput: { Name: "upper_one", Description: "second" },
      });
      assert.equal((await at.glue.getDatabase({ Name: "Upper_One" })).Database?.Description, "second");
      await at.glue.deleteDatabase({ Name: "upper_one" });
      await assert.rejects(
        at.glue.getDatabase({ Name: "upper_one" }),
        awsError("EntityNotFoundException", "Database upper_one not found."),
      );
    });

    it("cannot be created twice", async () => {
      await assert.rejects(
        at.glue.createDatabase({ DatabaseInput: { Name: "LAKE" } }),
        awsError("AlreadyExistsException", "Database already exists."),
      );
    });

    it("are deleted with their tables", async () => {
      await at.glue.createDatabase({ DatabaseInput: { Name: "short" } });
      await at.glue.createTable({
        DatabaseName: "short",
        TableInput: { Name: "t", PartitionKeys: [{ Name: "dt", Type: "string" }] },
      });
      await at.glue.createPartition({
        DatabaseName: "short",
        TableName: "t",
        PartitionInput: { Values: ["1"] },
      });
      await at.glue.deleteDatabase({ Name: "short" });
      await at.glue.createDatabase({ DatabaseInput: { Name: "short" } });
      assert.deepEqual((await at.glue.getTables({ DatabaseName: "short" })).TableList, []);
      await at.glue.createTable({ DatabaseName: "short", TableInput: { Name: "t" } });
      assert.deepEqual(
        (await at.glue.getPartitions({ DatabaseName: "short", TableName: "t" })).Partitions,
        [],
      );
    });
  });

  describe("tables", () => {
    it("are read back as created, with AWS's defaults", async () => {
      const StorageDescriptor = { Columns: columns, Location: "s3://b/t/" };
      await at.glue.createTable({
        DatabaseName,
        TableInput: { Name: "Trades", StorageDescriptor, Parameters: { a: "1" } },
      });
      const { Table } = await at.glue.getTable({ DatabaseName, Name: "trades" });
      const { CreateTime, UpdateTime, ...rest } = Table ?? {};
      assert.ok(CreateTime instanceof Date && UpdateTime instanceof Date);
      assert.deepEqual(rest, {
        Name: "trades",
        DatabaseName: "lake",
        CatalogId: "000000000000",
        CreatedBy: "arn:aws:iam::000000000000:root",
        IsRegisteredWithLakeFormation: false,
        IsMultiDialectView: false,
        Parameters: { a: "1" },
        Retention: 0,
        VersionId: "0",
        StorageDescriptor: {
          ...StorageDescriptor,
          Compressed: false,
          NumberOfBuckets: 0,
          SortColumns: [],
          StoredAsSubDirectories: false,
        },
      });
    });

    it("report missing and existing tables", async () => {
      await assert.rejects(
        at.glue.getTable({ DatabaseName, Name: "none" }),
        awsError("EntityNotFoundException", "Table none not found."),
      );
      await assert.rejects(
        at.glue.getTable({ DatabaseName: "none", Name: "t" }),
        awsError("EntityNotFoundException", "Database none not found."),
      );
      await at.glue.createTable({ DatabaseName, TableInput: { Name: "once" } });
      await assert.rejects(
        at.glue.createTable({ DatabaseName, TableInput: { Name: "ONCE" } }),
        awsError("AlreadyExistsException", "Table already exists."),
      );
      await at.glue.deleteTable({ DatabaseName, Name: "once" });
      await assert.rejects(
        at.glue.deleteTable({ DatabaseName, Name: "once" }),
        awsError("EntityNotFoundException", "Table once not found."),
      );
    });

    it("keep their versions, unless the archive is skipped", async () => {
      const update = (Description: string, SkipArchive = false) =>
        at.glue.updateTable({ DatabaseName, TableInput: { Name: "versioned", Description }, SkipArchive });
      await at.glue.createTable({ DatabaseName, TableInput: { Name: "versioned", Description: "zero" } });
      await update("one");
      await update("two", true);
      await update("three");
      const { TableVersions } = await at.glue.getTableVersions({ DatabaseName, TableName: "versioned" });
      assert.deepEqual(
        TableVersions?.map(({ VersionId, Table }) => [VersionId, Table?.Description]),
        [
          ["3", "three"],
          ["2", "two"],
          ["0", "zero"],
        ],
      );
      assert.equal(
        (await at.glue.getTableVersion({ DatabaseName, TableName: "versioned", VersionId: "0" })).TableVersion
          ?.Table?.Description,
        "zero",
      );
      await at.glue.deleteTableVersion({ DatabaseName, TableName: "versioned", VersionId: "0" });
      assert.equal(
        (await at.glue.getTableVersions({ DatabaseName, TableName: "versioned" })).TableVersions?.length,
        2,
      );
      await assert.rejects(
        at.glue.updateTable({ DatabaseName, TableInput: { Name: "versioned" }, VersionId: "1" }),
        awsError("ConcurrentModificationException", "Update table failed due to concurrent modifications."),
      );
    });

    it("are listed by a regular expression, in pages", async () => {
      await at.glue.createDatabase({ DatabaseInput: { Name: "listed" } });
      for (const Name of ["a1", "a2", "a3", "b1"])
        await at.glue.createTable({ DatabaseName: "listed", TableInput: { Name } });
      const first = await at.glue.getTables({ DatabaseName: "listed", Expression: "a.*", MaxResults: 2 });
      const second = await at.glue.getTables({
        DatabaseName: "listed",
        Expression: "a.*",
        MaxResults: 2,
        NextToken: first.NextToken,
      });
      assert.deepEqual(
        [first, second].map(({ TableList }) => TableList?.map(({ Name }) => Name)),
        [["a1", "a2"], ["a3"]],
      );
      assert.equal(second.NextToken, undefined);
      const { Errors } = await at.glue.batchDeleteTable({
        DatabaseName: "listed",
        TablesToDelete: ["a1", "zz"],
      });
      assert.deepEqual(Errors, [
        {
          TableName: "zz",
          ErrorDetail: { ErrorCode: "EntityNotFoundException", ErrorMessage: "Table zz not found." },
        },
      ]);
    });
  });

  it("survives a restart", async () => {
    const own = await lab();
    await own.glue.createDatabase({ DatabaseInput: { Name: "d" } });
    await own.glue.createTable({
      DatabaseName: "d",
      TableInput: { Name: "t", PartitionKeys: [{ Name: "dt", Type: "string" }] },
    });
    await own.glue.updateTable({
      DatabaseName: "d",
      TableInput: { Name: "t", Description: "new", PartitionKeys: [{ Name: "dt", Type: "string" }] },
    });
    await own.glue.createPartition({
      DatabaseName: "d",
      TableName: "t",
      PartitionInput: { Values: ["1"], LastAccessTime: new Date(5000) },
    });
    const again = await own.restart();
    try {
      assert.equal((await again.glue.getTable({ DatabaseName: "d", Name: "t" })).Table?.Description, "new");
      assert.equal(
        (await again.glue.getTableVersions({ DatabaseName: "d", TableName: "t" })).TableVersions?.length,
        2,
      );
      const { Partition } = await again.glue.getPartition({
        DatabaseName: "d",
        TableName: "t",
        PartitionValues: ["1"],
      });
      assert.equal(Partition?.LastAccessTime?.getTime(), 5000);
    } finally {
      await again.end();
    }
  });
});

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

    it("exist once", async () => {
      await assert.rejects(
        at.glue.createDatabase({ DatabaseInput: { Name: "LAKE" } }),
        awsError("AlreadyExistsException", "Database already exists."),
      );
    });

    it("take their tables with them", async () => {
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
    it("are read back as put, completed with what AWS adds", async () => {
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

    it("say what is missing or there already", async () => {
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

  describe("partitions", () => {
    const TableName = "parted";
    before(async () => {
      const PartitionKeys = [
        { Name: "dt", Type: "string" },
        { Name: "hour", Type: "int" },
      ];
      await at.glue.createTable({ DatabaseName, TableInput: { Name: TableName, PartitionKeys } });
    });

    it("are created in batches that fail entry by entry", async () => {
      const input = (dt: string, hour: string) => ({
        Values: [dt, hour],
        StorageDescriptor: { Location: `s3://b/${dt}/${hour}/`, Columns: columns },
      });
      const days = ["2026-01-01", "2026-01-02"].flatMap((dt) =>
        ["0", "9", "10"].map((hour) => input(dt, hour)),
      );
      assert.deepEqual(
        (await at.glue.batchCreatePartition({ DatabaseName, TableName, PartitionInputList: days })).Errors,
        [],
      );
      const again = await at.glue.batchCreatePartition({
        DatabaseName,
        TableName,
        PartitionInputList: [input("2026-01-02", "10"), input("2026-01-03", "0")],
      });
      assert.deepEqual(again.Errors, [
        {
          PartitionValues: ["2026-01-02", "10"],
          ErrorDetail: { ErrorCode: "AlreadyExistsException", ErrorMessage: "Partition already exists." },
        },
      ]);
      const { Partition } = await at.glue.getPartition({
        DatabaseName,
        TableName,
        PartitionValues: ["2026-01-03", "0"],
      });
      assert.deepEqual(
        [Partition?.DatabaseName, Partition?.TableName, Partition?.CatalogId],
        ["lake", "parted", "000000000000"],
      );
    });

    it("are filtered by an expression over their keys' types", async () => {
      const values = async (Expression: string) =>
        (await at.glue.getPartitions({ DatabaseName, TableName, Expression })).Partitions?.map(({ Values }) =>
          Values?.join(" "),
        );
      assert.deepEqual(await values("dt = '2026-01-01' AND hour >= 9"), ["2026-01-01 10", "2026-01-01 9"]);
      assert.deepEqual(await values("hour BETWEEN 1 AND 9 OR dt IN ('2026-01-03')"), [
        "2026-01-01 9",
        "2026-01-02 9",
        "2026-01-03 0",
      ]);
      assert.deepEqual(await values("NOT (dt LIKE '2026-01-0_' AND hour <> 10)"), [
        "2026-01-01 10",
        "2026-01-02 10",
      ]);
      await assert.rejects(
        values("dt ="),
        awsError("InvalidInputException", "Unable to parse expression 'dt =' at position 5: ''"),
      );
      await assert.rejects(
        values("price > 1"),
        awsError(
          "InvalidInputException",
          "'price' is not a partition key of the table; its keys are: dt, hour",
        ),
      );
    });

    it("are listed in pages and in segments that miss nothing", async () => {
      const first = await at.glue.getPartitions({ DatabaseName, TableName, MaxResults: 4 });
      const second = await at.glue.getPartitions({ DatabaseName, TableName, NextToken: first.NextToken });
      assert.deepEqual(
        [first.Partitions?.length, second.Partitions?.length, second.NextToken],
        [4, 3, undefined],
      );
      const segments = await Promise.all(
        [0, 1, 2].map((SegmentNumber) =>
          at.glue.getPartitions({ DatabaseName, TableName, Segment: { SegmentNumber, TotalSegments: 3 } }),
        ),
      );
      assert.equal(
        new Set(segments.flatMap(({ Partitions }) => Partitions?.map(({ Values }) => Values?.join()))).size,
        7,
      );
    });

    it("are changed, moved and deleted", async () => {
      await at.glue.updatePartition({
        DatabaseName,
        TableName,
        PartitionValueList: ["2026-01-03", "0"],
        PartitionInput: { Values: ["2026-01-04", "0"], Parameters: { a: "1" } },
      });
      await assert.rejects(
        at.glue.getPartition({ DatabaseName, TableName, PartitionValues: ["2026-01-03", "0"] }),
        awsError("EntityNotFoundException", "Cannot find partition."),
      );
      const PartitionValues = ["2026-01-04", "0"];
      assert.deepEqual(
        (await at.glue.getPartition({ DatabaseName, TableName, PartitionValues })).Partition?.Parameters,
        { a: "1" },
      );
      const batch = await at.glue.batchGetPartition({
        DatabaseName,
        TableName,
        PartitionsToGet: [{ Values: PartitionValues }, { Values: ["x", "1"] }],
      });
      assert.equal(batch.Partitions?.length, 1);
      await at.glue.deletePartition({ DatabaseName, TableName, PartitionValues });
      const { Errors } = await at.glue.batchDeletePartition({
        DatabaseName,
        TableName,
        PartitionsToDelete: [{ Values: ["2026-01-02", "0"] }, { Values: PartitionValues }],
      });
      assert.deepEqual(
        Errors?.map((error) => error.PartitionValues),
        [PartitionValues],
      );
    });

    it("must have a value for every key", async () => {
      await assert.rejects(
        at.glue.createPartition({ DatabaseName, TableName, PartitionInput: { Values: ["only one"] } }),
        awsError(
          "InvalidInputException",
          "The number of partition keys do not match the number of partition values: expected 2, got 1",
        ),
      );
    });

    it("have indexes that are kept", async () => {
      await at.glue.createPartitionIndex({
        DatabaseName,
        TableName,
        PartitionIndex: { IndexName: "by-day", Keys: ["dt"] },
      });
      assert.deepEqual(
        (await at.glue.getPartitionIndexes({ DatabaseName, TableName })).PartitionIndexDescriptorList,
        [{ IndexName: "by-day", Keys: [{ Name: "dt", Type: "string" }], IndexStatus: "ACTIVE" }],
      );
      await at.glue.deletePartitionIndex({ DatabaseName, TableName, IndexName: "by-day" });
      assert.deepEqual(
        (await at.glue.getPartitionIndexes({ DatabaseName, TableName })).PartitionIndexDescriptorList,
        [],
      );
    });
  });

  it("classifiers count their versions", async () => {
    await at.glue.createClassifier({ CsvClassifier: { Name: "csv", Delimiter: "," } });
    await at.glue.updateClassifier({ CsvClassifier: { Name: "csv", Delimiter: ";" } });
    const { Classifier } = await at.glue.getClassifier({ Name: "csv" });
    assert.deepEqual([Classifier?.CsvClassifier?.Delimiter, Classifier?.CsvClassifier?.Version], [";", 2]);
    await at.glue.createClassifier({
      GrokClassifier: { Name: "grok", Classification: "log", GrokPattern: "%{WORD:w}" },
    });
    assert.equal((await at.glue.getClassifiers({})).Classifiers?.length, 2);
    await at.glue.deleteClassifier({ Name: "csv" });
    await assert.rejects(
      at.glue.getClassifier({ Name: "csv" }),
      awsError("EntityNotFoundException", "Classifier with name: csv not found"),
    );
  });

  it("security configurations are kept", async () => {
    const EncryptionConfiguration = { S3Encryption: [{ S3EncryptionMode: "SSE-S3" as const }] };
    await at.glue.createSecurityConfiguration({ Name: "sec", EncryptionConfiguration });
    assert.deepEqual(
      (await at.glue.getSecurityConfiguration({ Name: "sec" })).SecurityConfiguration
        ?.EncryptionConfiguration,
      EncryptionConfiguration,
    );
    assert.equal((await at.glue.getSecurityConfigurations({})).SecurityConfigurations?.length, 1);
    await at.glue.deleteSecurityConfiguration({ Name: "sec" });
  });

  it("tags are added and removed", async () => {
    const ResourceArn = "arn:aws:glue:us-east-1:000000000000:crawler/c";
    await at.glue.tagResource({ ResourceArn, TagsToAdd: { a: "1", b: "2" } });
    await at.glue.untagResource({ ResourceArn, TagsToRemove: ["a"] });
    assert.deepEqual((await at.glue.getTags({ ResourceArn })).Tags, { b: "2" });
  });

  it("the catalogue's policy is put on conditions", async () => {
    const PolicyInJson = '{"Version":"2012-10-17","Statement":[]}';
    await assert.rejects(
      at.glue.getResourcePolicy({}),
      awsError("EntityNotFoundException", "Policy not found"),
    );
    const { PolicyHash } = await at.glue.putResourcePolicy({
      PolicyInJson,
      PolicyExistsCondition: "NOT_EXIST",
    });
    assert.equal((await at.glue.getResourcePolicy({})).PolicyInJson, PolicyInJson);
    await assert.rejects(
      at.glue.putResourcePolicy({ PolicyInJson, PolicyHashCondition: "other" }),
      awsError("ConditionCheckFailureException", "Policy hash does not match"),
    );
    await at.glue.deleteResourcePolicy({ PolicyHashCondition: PolicyHash });
  });

  it("encryption settings start disabled", async () => {
    const { DataCatalogEncryptionSettings: before } = await at.glue.getDataCatalogEncryptionSettings({});
    assert.equal(before?.EncryptionAtRest?.CatalogEncryptionMode, "DISABLED");
    const EncryptionAtRest = { CatalogEncryptionMode: "SSE-KMS" as const, SseAwsKmsKeyId: "alias/x" };
    await at.glue.putDataCatalogEncryptionSettings({ DataCatalogEncryptionSettings: { EncryptionAtRest } });
    const { DataCatalogEncryptionSettings: now } = await at.glue.getDataCatalogEncryptionSettings({});
    assert.deepEqual(now?.EncryptionAtRest, EncryptionAtRest);
  });

  it("is there again after a restart", async () => {
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

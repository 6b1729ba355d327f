import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";

describe("Glue partitions", () => {
  const DatabaseName = "lake";
  const TableName = "parted";
  const columns = [{ Name: "id", Type: "bigint" }];
  let at: Lab;
  before(async () => {
    at = await lab();
    await at.glue.createDatabase({ DatabaseInput: { Name: DatabaseName } });
    const PartitionKeys = [
      { Name: "dt", Type: "string" },
      { Name: "hour", Type: "int" },
    ];
    await at.glue.createTable({ DatabaseName, TableInput: { Name: TableName, PartitionKeys } });
  });
  after(async () => at.end());

  it("are created in batches whose entries fail singly", async () => {
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

  it("are listed completely in pages and in segments", async () => {
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

  it("need a value for every key", async () => {
    await assert.rejects(
      at.glue.createPartition({ DatabaseName, TableName, PartitionInput: { Values: ["only one"] } }),
      awsError(
        "InvalidInputException",
        "The number of partition keys do not match the number of partition values: expected 2, got 1",
      ),
    );
  });

  it("store their indexes", async () => {
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

import { strict as assert } from "node:assert";
import { type Lab, lab } from "./cloud";
import { Lake } from "./lake";

const HOUR = 3_600_000;

describe("Glue crawler schedules", () => {
  let at: Lab;
  let lake: Lake;
  before(async () => {
    at = await lab({ clock: { simulateFrom: Date.UTC(2026, 0, 15, 12) } });
    lake = await Lake.make(at, "scheduled");
    await lake.put("landing/a.csv", "id,name\n1,bitcoin\n2,ether\n");
  });
  after(async () => at.end());
  const advance = (millis: number) => at.cloud.clock.advanceTo(at.cloud.clock.now() + millis);
  const crawls = async (CrawlerName: string) =>
    ((await at.glue.listCrawls({ CrawlerName })).Crawls ?? []).map(({ StartTime, State }) => [
      StartTime?.toISOString().slice(11, 16),
      State,
    ]);

  it("start crawls on the clock until they are stopped, and again when they are started", async () => {
    await lake.crawler("hourly", { Schedule: "cron(30 * * * ? *)" });
    await advance(2 * HOUR);
    assert.deepEqual(await crawls("hourly"), [
      ["13:30", "COMPLETED"],
      ["12:30", "COMPLETED"],
    ]);
    assert.equal((await lake.tables())[0]?.Name, "landing");
    await at.glue.stopCrawlerSchedule({ CrawlerName: "hourly" });
    await assert.rejects(at.glue.stopCrawlerSchedule({ CrawlerName: "hourly" }), {
      name: "SchedulerNotRunningException",
    });
    await advance(2 * HOUR);
    assert.equal((await crawls("hourly")).length, 2);
    await at.glue.startCrawlerSchedule({ CrawlerName: "hourly" });
    await assert.rejects(at.glue.startCrawlerSchedule({ CrawlerName: "hourly" }), {
      name: "SchedulerRunningException",
    });
    await advance(HOUR);
    assert.deepEqual((await crawls("hourly"))[0], ["16:30", "COMPLETED"]);
  });

  it("change, alone or with their crawler", async () => {
    await lake.crawler("moved", { Schedule: "cron(0 0 * * ? *)" });
    const schedule = async () => (await at.glue.getCrawler({ Name: "moved" })).Crawler?.Schedule;
    await at.glue.updateCrawlerSchedule({ CrawlerName: "moved", Schedule: "cron(15 * * * ? *)" });
    assert.deepEqual(await schedule(), { ScheduleExpression: "cron(15 * * * ? *)", State: "SCHEDULED" });
    await advance(HOUR);
    assert.equal((await crawls("moved")).length, 1);
    await at.glue.updateCrawler({ Name: "moved", Schedule: "cron(45 * * * ? *)", Description: "moved" });
    assert.equal((await schedule())?.ScheduleExpression, "cron(45 * * * ? *)");
    await assert.rejects(at.glue.updateCrawlerSchedule({ CrawlerName: "moved", Schedule: "every day" }), {
      name: "InvalidInputException",
    });
  });

  it("are deleted with their crawlers", async () => {
    await lake.crawler("extra");
    const names = async () => (await at.glue.listCrawlers({})).CrawlerNames?.sort();
    assert.deepEqual(await names(), ["extra", "hourly", "moved"]);
    assert.equal((await at.glue.getCrawlers({})).Crawlers?.length, 3);
    const found = await at.glue.batchGetCrawlers({ CrawlerNames: ["extra", "none"] });
    assert.deepEqual(
      [found.Crawlers?.map(({ Name }) => Name), found.CrawlersNotFound],
      [["extra"], ["none"]],
    );
    await at.glue.deleteCrawler({ Name: "extra" });
    assert.deepEqual(await names(), ["hourly", "moved"]);
    await assert.rejects(at.glue.startCrawlerSchedule({ CrawlerName: "extra" }), {
      name: "EntityNotFoundException",
    });
  });

  it("do not affect databases and partitions, which are changed in batches", async () => {
    assert.deepEqual(
      (await at.glue.getDatabases({})).DatabaseList?.map(({ Name }) => Name),
      ["scheduled"],
    );
    const table = { DatabaseName: lake.database, TableName: "days" };
    const StorageDescriptor = { Columns: [{ Name: "id", Type: "bigint" }], Location: "s3://scheduled/days/" };
    await at.glue.createTable({
      DatabaseName: lake.database,
      TableInput: { Name: "days", StorageDescriptor, PartitionKeys: [{ Name: "dt", Type: "string" }] },
    });
    const partition = (Location: string) => ({
      Values: ["2026-01-15"],
      StorageDescriptor: { ...StorageDescriptor, Location },
    });
    await at.glue.createPartition({ ...table, PartitionInput: partition("s3://scheduled/days/a/") });
    const { Errors } = await at.glue.batchUpdatePartition({
      ...table,
      Entries: [
        { PartitionValueList: ["2026-01-15"], PartitionInput: partition("s3://scheduled/days/b/") },
        { PartitionValueList: ["2026-01-16"], PartitionInput: partition("s3://scheduled/days/c/") },
      ],
    });
    assert.deepEqual(
      Errors?.map(({ PartitionValueList, ErrorDetail }) => [PartitionValueList, ErrorDetail?.ErrorCode]),
      [[["2026-01-16"], "EntityNotFoundException"]],
    );
    const { Partition } = await at.glue.getPartition({ ...table, PartitionValues: ["2026-01-15"] });
    assert.equal(Partition?.StorageDescriptor?.Location, "s3://scheduled/days/b/");
  });
});

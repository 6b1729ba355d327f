import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";
import { columns, Lake } from "./lake";

describe("Repeated runs of Glue crawlers", () => {
  let at: Lab;
  let count = 0;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  const newLake = () => Lake.make(at, `crawled-${count++}`);
  const trades = "id,name,price,live\n1,bitcoin,50000.5,true\n2,ether,3000,false\n";

  it("add new columns and new partitions on the next run", async () => {
    const lake = await newLake();
    await lake.put("landing/dt=1/x.csv", trades);
    await lake.crawler("growing");
    await lake.run("growing");
    await lake.put("landing/dt=2/x.csv", "id,name,price,live,volume\n1,bitcoin,1.5,true,7\n");
    await lake.run("growing");
    const [table] = await lake.tables();
    assert.deepEqual(columns(table), [
      "id bigint",
      "name string",
      "price double",
      "live boolean",
      "volume bigint",
    ]);
    assert.deepEqual(
      (await lake.partitions("landing")).map(({ Values }) => Values),
      [["1"], ["2"]],
    );
    const { TableVersions } = await at.glue.getTableVersions({
      DatabaseName: lake.database,
      TableName: "landing",
    });
    assert.equal(TableVersions?.length, 2);
    await lake.run("growing");
    const again = await at.glue.getTableVersions({ DatabaseName: lake.database, TableName: "landing" });
    assert.equal(again.TableVersions?.length, 2);
  });

  it("fail above the table threshold, and change nothing", async () => {
    const lake = await newLake();
    await lake.put("landing/a.csv", trades);
    await lake.put("landing/b.json", '{"x":1}');
    await lake.crawler("threshold", {
      Configuration: JSON.stringify({ Version: 1, CrawlerOutput: { Tables: { TableThreshold: 1 } } }),
    });
    const { LastCrawl } = await lake.run("threshold");
    assert.equal(LastCrawl?.Status, "FAILED");
    assert.match(
      LastCrawl?.ErrorMessage ?? "",
      /The number of tables detected by crawler: 2 is greater than the table threshold value provided: 1/,
    );
    assert.deepEqual(await lake.tables(), []);
  });

  it("follow the deletion policy when files are gone", async () => {
    for (const [behavior, expected] of [
      ["DELETE_FROM_DATABASE", []],
      ["DEPRECATE_IN_DATABASE", [["landing", true]]],
      ["LOG", [["landing", false]]],
    ] as const) {
      const lake = await newLake();
      await lake.put("landing/1.csv", trades);
      const name = `gone-${behavior.toLowerCase()}`;
      await lake.crawler(name, {
        SchemaChangePolicy: { UpdateBehavior: "UPDATE_IN_DATABASE", DeleteBehavior: behavior },
      });
      await lake.run(name);
      await lake.remove("landing/1.csv");
      await lake.run(name);
      const tables = await lake.tables();
      assert.deepEqual(
        tables.map(({ Name, Parameters }) => [Name, Parameters?.DEPRECATED_BY_CRAWLER === name]),
        expected,
      );
    }
  });

  it("keep schemas when changes are only logged", async () => {
    const lake = await newLake();
    await lake.put("landing/dt=1/1.csv", trades);
    await lake.crawler("logging", { SchemaChangePolicy: { UpdateBehavior: "LOG", DeleteBehavior: "LOG" } });
    await lake.run("logging");
    await lake.put("landing/dt=2/1.csv", "id,name,price,live,extra\n1,bitcoin,1.5,true,7\n");
    await lake.run("logging");
    const [table] = await lake.tables();
    assert.deepEqual(columns(table), ["id bigint", "name string", "price double", "live boolean"]);
    assert.equal((await lake.partitions("landing")).length, 2);
  });

  it("crawl only new folders with CRAWL_NEW_FOLDERS_ONLY", async () => {
    const lake = await newLake();
    await lake.put("landing/dt=1/1.csv", trades);
    await lake.crawler("new-folders", {
      RecrawlPolicy: { RecrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" },
      SchemaChangePolicy: { UpdateBehavior: "LOG", DeleteBehavior: "LOG" },
    });
    await lake.run("new-folders");
    await lake.put("landing/dt=1/2.json", '{"other":"thing"}');
    await lake.put("landing/dt=2/1.csv", trades);
    await lake.run("new-folders");
    assert.deepEqual(
      (await lake.tables()).map(({ Name }) => Name),
      ["landing"],
    );
    assert.deepEqual(
      (await lake.partitions("landing")).map(({ Values }) => Values),
      [["1"], ["2"]],
    );
  });

  it("do not change a table at another location", async () => {
    const lake = await newLake();
    await at.glue.createTable({
      DatabaseName: lake.database,
      TableInput: {
        Name: "landing",
        StorageDescriptor: { Location: "s3://elsewhere/data/" },
        Parameters: { own: "true" },
      },
    });
    await lake.put("landing/1.csv", trades);
    await lake.crawler("polite");
    await lake.run("polite");
    const tables = await lake.tables();
    assert.equal(tables.length, 2);
    assert.match(tables[1]?.Name ?? "", /^landing_[0-9a-f]{32}$/);
    assert.deepEqual(tables[0]?.Parameters, { own: "true" });
  });

  it("fail without the rights of their role", async () => {
    const lake = await newLake();
    await lake.put("landing/1.csv", trades);
    await lake.crawler("denied");
    await lake.allow(["s3:ListBucket", "glue:*"]);
    const { LastCrawl } = await lake.run("denied");
    assert.equal(LastCrawl?.Status, "FAILED");
    assert.match(LastCrawl?.ErrorMessage ?? "", /is not authorized to perform: s3:GetObject/);
    await assert.rejects(
      lake.crawler("roleless", { Role: "no-such-role" }),
      awsError(
        "InvalidInputException",
        "Service is unable to assume provided role. Please verify role's TrustPolicy",
      ),
    );
  });

  it("report RUNNING and list their runs", async () => {
    // A crawl on a real clock may have ended before the state is asked for.
    const simulated = await lab({ clock: { simulateFrom: Date.UTC(2026, 0, 15, 12) } });
    try {
      const { cloud, glue } = simulated;
      const lake = await Lake.make(simulated, "watched");
      const stateOf = async () => (await glue.getCrawler({ Name: "watched" })).Crawler?.State;
      const advance = () => cloud.clock.advanceTo(cloud.clock.now() + 1000);
      await lake.put("landing/1.csv", trades);
      await lake.crawler("watched");
      await glue.startCrawler({ Name: "watched" });
      assert.equal(await stateOf(), "RUNNING");
      await assert.rejects(
        glue.startCrawler({ Name: "watched" }),
        awsError("CrawlerRunningException", "Crawler with name watched has already started"),
      );
      await glue.stopCrawler({ Name: "watched" });
      assert.equal(await stateOf(), "STOPPING");
      await advance();
      assert.equal(await stateOf(), "READY");
      await assert.rejects(
        glue.stopCrawler({ Name: "watched" }),
        awsError("CrawlerNotRunningException", "Crawler with name watched isn't running"),
      );
      await glue.startCrawler({ Name: "watched" });
      await advance();
      const { Crawls } = await glue.listCrawls({ CrawlerName: "watched" });
      assert.deepEqual(
        Crawls?.map(({ State }) => State),
        ["COMPLETED", "STOPPED"],
      );
      assert.deepEqual(JSON.parse(JSON.parse(Crawls?.[0]?.Summary ?? "{}").TABLE), {
        ADD: { Count: 1, Names: ["landing"] },
      });
      const { CrawlerMetricsList } = await glue.getCrawlerMetrics({ CrawlerNameList: ["watched"] });
      assert.equal(CrawlerMetricsList?.[0]?.TablesCreated, 1);
    } finally {
      await simulated.end();
    }
  });
});

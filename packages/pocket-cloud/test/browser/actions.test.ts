import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import type { Cloud } from "../../cloud";
import { addActionResources } from "./action-resources";
import { executablePath, type Look, launch, openBrowserPage, pictures } from "./browser";
import { advance, startPipeline } from "./fixture";

/** Every action that the console offers, clicked as a user does who knows AWS's console. */
describe("The console's actions", function () {
  this.timeout(120_000);
  let cloud: Cloud;
  let browser: Browser;
  before(async function () {
    if (executablePath === undefined) this.skip();
    cloud = await startPipeline();
    await addActionResources(cloud);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await cloud?.stop();
  });

  const withPage = async (path: string, use: (page: Page) => Promise<void>, look: Look = {}) => {
    const { page, complaints } = await openBrowserPage(browser, look);
    try {
      await page.goto(`${cloud.endpoint}/#${path}`);
      await use(page);
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
    }
  };
  const allowChanges = (page: Page) =>
    page.getByRole("switch", { name: "Allow changes" }).check({ force: true });
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const shows = (page: Page, text: string | RegExp) => page.locator("main").getByText(text).first().waitFor();

  it("uploads a file into a prefix, and downloads it", () =>
    withPage("/s3/shop-lake", async (page) => {
      await page.getByRole("link", { name: "csv/" }).click();
      await page.getByRole("link", { name: "dt=2026-01-15/" }).click();
      await page.getByRole("link", { name: "a.csv", exact: true }).waitFor();
      await allowChanges(page);
      const content = "tether,1,Tether\n";
      await page
        .getByLabel("Upload here")
        .setInputFiles({ name: "new file+1.csv", mimeType: "text/csv", buffer: Buffer.from(content) });
      await page.getByRole("link", { name: "new file+1.csv", exact: true }).waitFor();
      await pictures(page, "act-upload");
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download new file+1.csv" }).click();
      assert.equal(readFileSync(await (await download).path(), "utf8"), content);
      assert.equal((await download).suggestedFilename(), "new file+1.csv");
      await page.getByRole("link", { name: "new file+1.csv", exact: true }).click();
      await shows(page, "tether");
      await pictures(page, "act-object");
    }));

  it("previews a Parquet object as a table", () =>
    withPage("/s3/shop-lake?prefix=parquet%2F", async (page) => {
      await page.locator("main table a.named").first().click();
      await shows(page, "coin-39");
      assert.deepEqual(await page.locator("table.data th").allTextContents(), ["coin", "price"]);
      assert.equal(await page.locator("table.data tbody tr").count(), 40);
      await pictures(page, "act-parquet");
    }));

  it("runs a crawler, and shows what changed", () =>
    withPage("/glue/crawlers", async (page) => {
      await page.getByRole("link", { name: "landing", exact: true }).click();
      await allowChanges(page);
      await button(page, "Run crawler").click();
      await shows(page, "Started");
      await advance(cloud, 180_000);
      await shows(page, "1 table: add");
      await pictures(page, "act-crawler");
      await page.getByRole("link", { name: "Glue", exact: true }).first().click();
      await page.getByRole("link", { name: "shop", exact: true }).click();
      await page.getByRole("link", { name: "orders", exact: true }).waitFor();
    }));

  it("invokes a function with a test event, and shows its answer and its log", () =>
    withPage("/lambda", async (page) => {
      await page.getByRole("link", { name: "write-csv" }).click();
      await page.getByRole("link", { name: "Test" }).click();
      const data = Buffer.from("from a test").toString("base64");
      await page
        .getByRole("textbox", { name: "Event as JSON" })
        .fill(JSON.stringify({ Records: [{ kinesis: { data } }] }));
      assert.equal(await button(page, "Invoke").isDisabled(), true);
      await allowChanges(page);
      await button(page, "Invoke").click();
      await shows(page, "successful");
      await shows(page, /read from a test/);
      await pictures(page, "act-invoke");
      await page.getByRole("textbox", { name: "Event as JSON" }).fill("{}");
      await button(page, "Invoke").click();
      await shows(page, "unhandled");
      await shows(page, /not iterable/);
      await page.getByRole("textbox", { name: "Event as JSON" }).fill("{no json");
      await button(page, "Invoke").click();
      await page.getByRole("alert").filter({ hasText: "JSON" }).waitFor();
    }));

  it("runs a schedule now", () =>
    withPage("/scheduler", async (page) => {
      await shows(page, "rate(1 day)");
      await allowChanges(page);
      await button(page, "Run now").click();
      await shows(page, "Started");
      await pictures(page, "act-schedule");
      await advance(cloud, 5000);
      await page.getByRole("link", { name: "write-csv" }).click();
      await shows(page, /scheduled run/);
    }));

  it("peeks all messages of a queue without taking them", () =>
    withPage("/sqs", async (page) => {
      await page.getByRole("link", { name: "work" }).click();
      assert.equal(await button(page, "Peek").isDisabled(), true);
      await allowChanges(page);
      await button(page, "Peek").click();
      await shows(page, "message 1");
      assert.equal(await page.getByRole("region", { name: "messages" }).locator("tbody tr").count(), 25);
      await pictures(page, "act-peek");
      await advance(cloud, 1000);
      const { Attributes } = await cloud.call(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl: `${cloud.endpoint}/000000000000/work`, AttributeNames: ["All"] },
        cloud.administrator,
      );
      assert.equal(Attributes?.ApproximateNumberOfMessages, "25");
    }));

  it("publishes a message, which arrives in the subscribed queue", () =>
    withPage("/sns", async (page) => {
      await page.getByRole("link", { name: "news" }).click();
      await shows(page, "confirmed");
      await allowChanges(page);
      await page.getByRole("textbox", { name: "Message" }).fill("bitcoin is up");
      await button(page, "Publish").click();
      await shows(page, "Published");
      await pictures(page, "act-publish");
      await advance(cloud, 1000);
      await page.getByRole("link", { name: /inbox/ }).click();
      await button(page, "Peek").click();
      await shows(page, /bitcoin is up/);
    }));

  it("queries a table by key", () =>
    withPage("/dynamodb", async (page) => {
      await page.getByRole("link", { name: "ticks" }).click();
      await shows(page, "40 items");
      await page.getByLabel("coin =").fill("bitcoin");
      await page.getByLabel("at begins with").fill("2026-01-15T0");
      await button(page, "Query").click();
      await shows(page, "10 items");
      await pictures(page, "act-query");
      await page.getByLabel("coin =").fill("nothing");
      await button(page, "Query").click();
      await shows(page, "No items with this key.");
    }));

  it("opens a saved query, runs it, and charts its result", () =>
    withPage("/athena/saved", async (page) => {
      await page.getByRole("link", { name: "Dearest" }).click();
      await button(page, "Run").click();
      await page.getByRole("heading", { name: "5 rows" }).waitFor();
      await button(page, "Chart").click();
      assert.equal(await page.locator("table.bars tr").count(), 5);
      await pictures(page, "act-chart");
      await page.getByRole("link", { name: "History" }).click();
      await shows(page, "succeeded");
      await pictures(page, "act-history");
    }));

  it("copies the statement that a refused call lacked", () =>
    withPage("/iam/denied", async (page) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await shows(page, /may not s3:PutObject/);
      const panel = page.locator("main section", { hasText: "reader" });
      await panel.getByRole("button", { name: "Copy" }).click();
      await button(page, "Copied").waitFor();
      const copied = JSON.parse(String(await page.evaluate("navigator.clipboard.readText()")));
      assert.deepEqual(copied, {
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::shop-lake/secret/*",
      });
      await pictures(page, "act-denied");
    }));

  it("draws a dashboard's graphs", () =>
    withPage("/cloudwatch", async (page) => {
      await page.getByRole("link", { name: "shop" }).click();
      await page.getByRole("heading", { name: "Shop", exact: true }).waitFor();
      await page.locator("main canvas").first().waitFor();
      assert.equal(await page.locator(".markdown strong").textContent(), "of");
      await pictures(page, "act-dashboard");
    }));

  it("searches a log", () =>
    withPage("/cloudwatch/logs", async (page) => {
      await page.getByRole("link", { name: "/aws/lambda/write-csv" }).click();
      await page.getByLabel("Filter").fill('"ethereum-cash"');
      await button(page, "Search").click();
      await shows(page, "1 line,");
      await shows(page, /ethereum-cash/);
      await pictures(page, "act-log");
      await page.getByLabel("Filter").fill("nowhere");
      await button(page, "Search").click();
      await shows(page, "No log lines match nowhere.");
    }));

  it("injects a fault and removes it", () =>
    withPage("/faults", async (page) => {
      await allowChanges(page);
      await button(page, "Inject").click();
      await page.getByRole("link", { name: /Faults are injected: 1 rule/ }).waitFor();
      await pictures(page, "act-faults");
      await button(page, "Remove").click();
      await shows(page, "No faults");
    }));
});

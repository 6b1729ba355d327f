import { strict as assert } from "node:assert";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { executablePath, launch } from "../support/browser";
import { type Started, startDemo } from "../support/demo";
import { loadFactor } from "../support/load";

/** Set to keep pictures of the pages for somebody to look at. */
const keep = process.env.KEEP_SCREENSHOTS;

/** The console's first walk: one record through all services, as somebody does who knows AWS's console. */
describe("The last bitcoin record of npm start", function () {
  this.timeout(600_000);
  let server: Started;
  let browser: Browser;
  before(async function () {
    if (executablePath === undefined) return this.skip();
    server = await startDemo();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("is found in stream, S3, Athena, DynamoDB and the function's log with few clicks", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.setDefaultTimeout(60_000);
    let clicks = 0;
    const began = performance.now();
    const said: string[] = [];
    const step = (what: string) => said.push(`${what}: ${clicks} clicks, ${took(began)}`);
    const link = (name: string | RegExp) => page.getByRole("link", { name, exact: true }).first();
    const click = async (name: string | RegExp) => {
      clicks++;
      await link(name).click();
    };

    // Stream
    await page.goto(server.cloud.endpoint);
    await click("Kinesis");
    await click("pricelake-local-crypto");
    await page.getByLabel("Search").fill('"bitcoin"');
    await page.getByLabel("Search").press("Enter");
    await page
      .getByRole("status")
      .filter({ hasText: /matching/ })
      .waitFor();
    clicks++;
    await page.locator(".records .expand").first().click();
    const record = await bitcoinIn(page.locator(".records .detail table.data tbody tr"));
    await picture(page, "walk-stream");
    step("stream");

    // The function's log
    await click("pricelake-local-write-csv-crypto log");
    // The function gathers records for a minute before it writes.
    await page.locator("main .log tbody tr").first().waitFor({ timeout: 200_000 });
    await picture(page, "walk-log");
    step("log");

    // S3
    await click("S3");
    await click(/^pricelake-local-lake-/);
    await click("csv/");
    await click("crypto/");
    // The record's day and hour: a later one may have begun since.
    const [, day = "", hour = ""] = /^(\S{10})[T ](\d\d):/.exec(record.time) ?? [];
    for (const folder of [`dt=${day}`, `hour=${hour}`]) {
      clicks++;
      await page.locator("main a.named", { hasText: folder }).first().click();
      await page.locator("main h1", { hasText: folder }).waitFor();
    }
    const modified = page.getByRole("button", { name: "Modified (UTC)" });
    const written = page.locator("table.data tbody tr", { hasText: record.price });
    for (;;) {
      // Twice: the newest first.
      await modified.click();
      await modified.click();
      await page.locator("main a.named", { hasText: ".csv" }).first().click();
      await page.getByLabel("Find in preview").fill("bitcoin");
      await page.locator("table.data tbody tr", { hasText: "Bitcoin" }).first().waitFor();
      if ((await written.count()) > 0) break;
      // The newest object is older than the record: the function gathers records for a minute.
      assert.ok(performance.now() - began < 120_000 * loadFactor(), said.join("; "));
      await page.goBack();
      await page.waitForTimeout(3000);
    }
    clicks += 3;
    await picture(page, "walk-csv");
    step("CSV object");

    // Athena
    await click("Athena");
    const editor = page.getByRole("textbox", { name: "SQL" });
    await editor.fill("SELECT * FROM crypto WHERE coin_id = 'bitcoin' ORDER BY event_time DESC LIMIT 10");
    clicks++;
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("heading", { name: "10 rows" }).waitFor();
    await written.first().waitFor();
    await picture(page, "walk-athena");
    step("Athena");

    // DynamoDB
    await click("DynamoDB");
    await click("pricelake-local-crypto");
    await page.getByLabel("coin_id =").fill("bitcoin");
    clicks++;
    await page.getByRole("button", { name: "Query" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /items?$/ })
      .waitFor();
    // The item is that of the record, unless a later price has arrived since.
    const item = await bitcoinIn(page.locator("table.data tbody tr"));
    assert.ok(item.time >= record.time, `${item.time} is before ${record.time}`);
    if (item.time === record.time) assert.equal(item.price, record.price);
    await picture(page, "walk-dynamodb");
    step("DynamoDB");

    process.stderr.write(`${said.join("\n")}\n`);
    assert.ok(clicks <= 25, said.join("; "));
    assert.ok(performance.now() - began < 120_000 * loadFactor(), said.join("; "));
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

async function picture(page: Page, name: string): Promise<void> {
  if (!keep) return;
  mkdirSync(keep, { recursive: true });
  await page.screenshot({ path: join(keep, `${name}.png`) });
}

const took = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/** The price and the time in the first row of bitcoin. */
async function bitcoinIn(rows: Locator): Promise<{ price: string; time: string }> {
  const row = rows.filter({ has: rows.page().getByText("Bitcoin", { exact: true }) }).first();
  await row.waitFor();
  const names = await row.locator("xpath=ancestor::table[1]//th").allTextContents();
  const cell = async (name: string) => (await row.locator("td").nth(names.indexOf(name)).textContent()) ?? "";
  return { price: await cell("price_usd"), time: await cell("event_time") };
}

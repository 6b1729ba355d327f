import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { renderSite } from "../../analytics/site";
import { bundleScript } from "../../analytics/site/script";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import {
  candles,
  edition,
  moversPage,
  ohlcPage,
  outcomes,
  PROBE,
  publishedAt,
  resultOf,
} from "../analytics/site/sample";
import { executablePath, launch } from "../support/browser";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Set to keep pictures of the pages for somebody to look at. */
const keep = process.env.KEEP_SCREENSHOTS;

const PAGES = ["index", "coins", "coins/bitcoin", "top-movers", "dominance", "quarantine", "alerts"];
/** Each width and each scheme once: the layout does not depend on colours. The other two are for the pictures only. */
const LOOKS = [
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
  ...(keep
    ? ([
        { width: 1280, colorScheme: "dark" },
        { width: 390, colorScheme: "light" },
      ] as const)
    : []),
] as const;

const alerts = [
  {
    ...{ id: "rule/1", title: "jump: bitcoin", text: `bitcoin rose 12 % ${PROBE}`, severity: "critical" },
    ...{ time: new Date(publishedAt).toISOString(), file: "coins/bitcoin.html" },
  },
];

/** As the endpoint of the local cloud serves it: below a path, in a sandbox. */
describe("The published site in a browser", function () {
  this.timeout(180_000);
  let cloud: Cloud;
  let browser: Browser;

  before(async function () {
    if (executablePath === undefined) this.skip();
    cloud = await startCloud({ services: ["s3"] });
    await cloud.call("s3", "CreateBucket", { Bucket: "lake" }, cloud.administrator);
    const hostile = resultOf({ ...moversPage, path: "hostile", title: PROBE }, [
      ["1", PROBE, PROBE, "1", "2", "100", "2026-03-02 00:00:00.000", "2026-03-02 11:00:00.000"],
    ]);
    const hostileCoins = resultOf({ ...ohlcPage, path: "hostile-coins", parameters: {} }, [
      ...candles(PROBE, 10),
      ...candles("</script><script>alert(3)</script>", 20),
    ]);
    const all = [...outcomes, hostile, hostileCoins];
    const site = { title: "Prices", description: "What coins cost.", pages: all.map(({ page }) => page) };
    const files = await renderSite(edition({ site, outcomes: all, alerts, script: await bundleScript() }));
    for (const { path, body, contentType } of files)
      await cloud.call(
        "s3",
        "PutObject",
        { Bucket: "lake", Key: `site/${path}`, Body: Buffer.from(body) as never, ContentType: contentType },
        cloud.administrator,
      );
    cloud.serveSite({ bucket: "lake", prefix: "site/" });
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await cloud?.stop();
  });

  const addressOf = (name: string) => `${cloud.endpoint}/_site/${name === "index" ? "" : `${name}.html`}`;

  /** Opens a page, and checks that nothing complained and no dialog opened. */
  async function withPage(
    name: string,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions & { width?: number } = {},
  ): Promise<void> {
    const { width = 1280, ...rest } = options;
    const context = await browser.newContext({ viewport: { width, height: 860 }, bypassCSP: false, ...rest });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${cloud.endpoint}/`) && !request.url().startsWith("data:"))
        complaints.push(`not from the endpoint: ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    try {
      const response = await page.goto(addressOf(name));
      assert.equal(response?.status(), 200);
      await use(page);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  }

  for (const look of LOOKS)
    it(`loads every page at ${look.width} px, ${look.colorScheme}, without complaints, fitting and accessible`, async () => {
      for (const name of PAGES)
        await withPage(
          name,
          async (page) => {
            const width = await page.evaluate("document.documentElement.scrollWidth");
            assert.ok(Number(width) <= look.width, `${name} is ${width} px wide`);
            const found = (await page.evaluate(`${axe}; axe.run({ preload: false })`)) as {
              violations: { id: string; impact: string; nodes: { html: string }[] }[];
            };
            const serious = found.violations
              .filter(({ impact }) => impact === "serious" || impact === "critical")
              .map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.html}`);
            assert.deepEqual(serious, []);
            if (keep) {
              mkdirSync(keep, { recursive: true });
              const file = `site-${name.replace("/", "-")}-${look.width}-${look.colorScheme}.png`;
              await page.screenshot({ path: join(keep, file), fullPage: true });
            }
          },
          look,
        );
    });

  it("is complete without script", async () => {
    for (const [name, text] of [
      ["index", "bitcoin"],
      ["coins/bitcoin", "bitcoin, USD"],
      ["dominance", "ethereum"],
    ] as const)
      await withPage(
        name,
        async (page) => {
          await page.getByText(text).first().waitFor();
          assert.equal(await page.locator(".tools").count(), 0);
          if (name !== "index")
            assert.ok((await page.locator("svg.chart:visible :is(rect, polyline)").count()) > 1);
          if (name !== "index") assert.ok((await page.locator("tbody tr").count()) > 5);
        },
        { javaScriptEnabled: false },
      );
  });

  const chart = (page: Page) => page.locator("svg.chart:visible");

  it("shows the values under the pointer", () =>
    withPage("coins/bitcoin", async (page) => {
      await page.locator(".tools").waitFor();
      await chart(page).hover({ position: { x: 90, y: 120 } });
      const tip = page.locator(".tip");
      assert.equal(
        (await tip.innerText()).replace(/\s+/g, " "),
        "2026-03-02 00:00 UTC open 100 high 103 low 98 close 101",
      );
      await page.mouse.move(5, 5);
      assert.equal(await tip.isVisible(), false);
    }));

  it("zooms to what is dragged over, and back", () =>
    withPage("coins/bitcoin", async (page) => {
      const candlesShown = () => chart(page).locator("rect.up, rect.down").count();
      assert.equal(await candlesShown(), 8);
      const box = await chart(page).boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + box.width * 0.3, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 100, { steps: 4 });
      await page.mouse.up();
      const shown = await candlesShown();
      assert.ok(shown >= 3 && shown < 8, `${shown} candles`);
      await page.getByRole("button", { name: "Show all" }).click();
      assert.equal(await candlesShown(), 8);
    }));

  it("is read and zoomed with the keyboard only", () =>
    withPage("coins/bitcoin", async (page) => {
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").innerText(), "Skip to the content");
      for (let at = 0; at < 40; at++) {
        await page.keyboard.press("Tab");
        if ((await page.locator(".area:focus").count()) > 0) break;
      }
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      const said = page.locator("[role=status]");
      assert.equal(await said.innerText(), "2026-03-02 01:00 UTC, open 101, high 104, low 99, close 102");
      await page.keyboard.press("End");
      assert.match(await said.innerText(), /^2026-03-02 07:00 UTC/);
      await page.keyboard.press("+");
      assert.ok((await chart(page).locator("rect.up").count()) < 8);
      await page.keyboard.press("0");
      assert.equal(await chart(page).locator("rect.up").count(), 8);
    }));

  it("runs nothing that a cell contains", async () => {
    for (const name of ["hostile", "hostile-coins", "alerts", "index"])
      await withPage(name, async (page) => {
        assert.equal(await page.locator("img").count(), 0);
        if ((await chart(page).count()) > 0) await chart(page).first().hover({ force: true });
        await page.getByText("<script>alert(1)</script>").first().waitFor();
      });
  });

  it("is kept from the console's session by the sandbox", () =>
    withPage("coins/bitcoin", async (page) => {
      const seen = await page.evaluate(`
        const read = (what) => { try { return String(what()); } catch (error) { return error.name; } };
        [origin, read(() => document.cookie), read(() => localStorage)]
      `);
      assert.deepEqual(seen, ["null", "SecurityError", "SecurityError"]);
    }));

  it("links from a coin to another one, and back to the overview", () =>
    withPage("coins/bitcoin", async (page) => {
      await page.getByRole("link", { name: "ethereum" }).click();
      await page.getByRole("heading", { level: 1, name: "ethereum" }).waitFor();
      await page.getByRole("link", { name: "Overview" }).first().click();
      await page.getByRole("heading", { level: 1, name: "Prices" }).waitFor();
    }));
});

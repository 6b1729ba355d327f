import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import type { Cloud } from "../../cloud";
import { executablePath, type Look, launch, openBrowserPage, picture } from "./browser";
import { advance, PROBE, putPrices, startPipeline } from "./fixture";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Every page, with something that it must show. */
const PAGES: Readonly<Record<string, string>> = {
  "/": "Pipeline",
  "/kinesis": "prices",
  "/kinesis/prices": "ethereum",
  "/kinesis/prices/shards": "50 %",
  "/kinesis/prices/monitoring": "Incoming records",
  "/kinesis/prices/details": "stream/prices",
  "/firehose": "archive",
  "/firehose/archive": "2026/archive-1-",
  "/firehose/archive/failures": "raw/errors/",
  "/firehose/archive/details": "!{timestamp:yyyy}",
  "/lambda": "write-csv",
  "/lambda/write-csv/logs": "bitcoin",
  "/lambda/write-csv/monitoring": "Invocations",
  "/lambda/write-csv/configuration": "nodejs22.x",
  "/lambda/write-csv/test": "Event",
  "/scheduler": "No schedules",
  "/s3": "shop-lake",
  "/s3/shop-lake": "csv/",
  "/s3/shop-lake?key=csv%2Fdt%3D2026-01-15%2Fa.csv": "full_name",
  "/athena": "Database",
  "/athena/history": "No queries",
  "/athena/saved": "No named queries",
  "/glue": "shop",
  "/glue/shop": "prices",
  "/glue/shop/prices": "full_name",
  "/glue/crawlers": "No crawlers",
  "/dynamodb": "latest",
  "/dynamodb/latest": "bitcoin",
  "/dynamodb/latest/details": "on demand",
  "/sns": "alerts",
  "/sns/alerts": "Nobody is subscribed",
  "/sqs": "failures",
  "/sqs/failures": "Peeking",
  "/cloudwatch": "shop",
  "/cloudwatch/dashboards/shop": "Records",
  "/cloudwatch/alarms": "write-csv-errors",
  "/cloudwatch/alarms/write-csv-errors": "Condition",
  "/cloudwatch/metrics": "Namespace",
  "/cloudwatch/logs": "/aws/lambda/write-csv",
  "/iam": "worker",
  "/iam/worker": "s3:PutObject",
  "/iam/denied": "refused",
  "/faults": "No faults",
  "/nothing": "There is no page",
};

/** Each width and each scheme once: the layout does not depend on colours. The other two are for the pictures only. */
const LOOKS: readonly Look[] = [
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
  ...(process.env.KEEP_SCREENSHOTS
    ? [{ width: 1280, colorScheme: "dark" } as const, { width: 390, colorScheme: "light" } as const]
    : []),
];

describe("The console in a browser", function () {
  this.timeout(240_000);
  let cloud: Cloud;
  let browser: Browser;
  before(async function () {
    if (executablePath === undefined) this.skip();
    cloud = await startPipeline();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await cloud?.stop();
  });

  const go = async (page: Page, path: string) => {
    await page.goto(`${cloud.endpoint}/#/`);
    await page.goto(`${cloud.endpoint}/#${path}`);
  };
  const shows = (page: Page, text: string) => page.locator("main").getByText(text).first().waitFor();
  const withPage = async (look: Look, use: (page: Page) => Promise<void>) => {
    const { page, complaints } = await openBrowserPage(browser, look);
    try {
      await use(page);
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
    }
  };
  const allowChanges = (page: Page) =>
    page.getByRole("switch", { name: "Allow changes" }).check({ force: true });

  for (const look of LOOKS)
    it(`shows every page at ${look.width} px, ${look.colorScheme}, without complaints and accessible`, () =>
      withPage(look, async (page) => {
        const findings: string[] = [];
        for (const [path, text] of Object.entries(PAGES)) {
          await go(page, path);
          await shows(page, text).catch(() => findings.push(`${path} does not show ${text}`));
          const problem = await page.locator(".problem").allTextContents();
          if (problem.length > 0) findings.push(`${path}: ${problem}`);
          const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          if (Number(wide) > 0) findings.push(`${path} is ${wide} px wider than the window`);
          findings.push(...(await violations(page)).map((violation) => `${path}: ${violation}`));
          await picture(page, `${path.replace(/[^a-z0-9]+/gi, "-")}-${look.width}-${look.colorScheme}`);
        }
        assert.deepEqual(findings, []);
      }));

  it("counts what passes", () =>
    withPage({}, async (page) => {
      await go(page, "/");
      const value = page.locator(".card", { hasText: "Stream records" }).locator("strong");
      await value.waitFor();
      const before = Number(await value.textContent());
      await putPrices(cloud, ["solana", "cardano"]);
      await until(page, `Number(document.querySelector(".card strong").textContent) === ${before + 2}`);
    }));

  it("draws the arrows from streams to function, bucket and table", () =>
    withPage({}, async (page) => {
      await go(page, "/");
      await page.locator(".node.stream").first().waitFor();
      const nodes = await page
        .locator(".node")
        .evaluateAll((all) => all.map((node) => node.querySelector("title")?.textContent?.split("\n")[0]));
      assert.deepEqual(nodes.sort(), [
        "DynamoDB table latest",
        "Firehose stream archive",
        "Glue database shop",
        "Kinesis stream prices",
        "Lambda function write-csv",
        "S3 bucket shop-lake",
      ]);
      assert.equal(await page.locator(".edge").count(), 5);
    }));

  it("finds a record in the data viewer, and unfolds its lines", () =>
    withPage({}, async (page) => {
      await putPrices(cloud, ["monero"]);
      await go(page, "/kinesis/prices");
      await page.getByLabel("Search").fill("monero-CASH");
      await page.getByRole("button", { name: "Get records" }).click();
      await page.getByRole("status").filter({ hasText: "1 matching record" }).waitFor();
      await page.locator(".records .expand").first().click();
      await page.getByText("1 of 2 lines match").waitFor();
      assert.deepEqual(await page.locator(".records table.data tbody td").allTextContents(), [
        "2",
        "monero-cash",
        "2",
      ]);
      await page.getByRole("link", { name: "write-csv log" }).waitFor();
    }));

  it("reads a stream from a timestamp and from a sequence number", () =>
    withPage({}, async (page) => {
      await go(page, "/kinesis/prices?from=AT_TIMESTAMP&at=2026-01-15T11:59:00");
      await page.locator(".records tbody tr").first().waitFor();
      const [sequence, shard] = await page
        .locator(".records tbody tr")
        .nth(1)
        .evaluate((row) => [row.children[4]?.textContent ?? "", row.children[3]?.textContent ?? ""]);
      const id = `shardId-${String(shard).replace("shard ", "").padStart(12, "0")}`;
      await go(page, `/kinesis/prices?from=AT_SEQUENCE_NUMBER&shard=${id}&sequence=${sequence}`);
      await page.locator(".records tbody tr").first().waitFor();
      assert.equal(await page.locator(".records tbody tr td:nth-child(5)").first().textContent(), sequence);
    }));

  it("changes the number of a stream's shards once changes are allowed", () =>
    withPage({}, async (page) => {
      await cloud.call(
        "kinesis",
        "CreateStream",
        { StreamName: "small", ShardCount: 1 },
        cloud.administrator,
      );
      await go(page, "/kinesis/small/shards");
      await page.getByLabel("Open shards").fill("2");
      assert.equal(await page.getByRole("button", { name: "Change" }).isDisabled(), true);
      await allowChanges(page);
      await page.getByRole("button", { name: "Change" }).click();
      await page.getByText("Resharding").waitFor();
      const { StreamDescriptionSummary } = await cloud.call(
        "kinesis",
        "DescribeStreamSummary",
        { StreamName: "small" },
        cloud.administrator,
      );
      assert.ok(["UPDATING", "ACTIVE"].includes(String(StreamDescriptionSummary?.StreamStatus)));
      await advance(cloud, 120_000);
      await page.getByText("closed").first().waitFor();
    }));

  it("runs a query, completes a column, and cancels a query", () =>
    withPage({}, async (page) => {
      await go(page, "/athena");
      const editor = page.getByRole("textbox", { name: "SQL" });
      await page.getByText("prices", { exact: true }).first().waitFor();
      await editor.fill("SELECT coin FROM prices WHERE ");
      await editor.press("End");
      await editor.pressSequentially("full_n");
      await page.getByRole("option", { name: "full_name" }).waitFor();
      await editor.press("Tab");
      await editor.pressSequentially(" LIKE 'a%' ORDER BY price DESC LIMIT 3");
      assert.match(await editor.inputValue(), /WHERE full_name LIKE 'a%'/);
      await editor.press("Control+Enter");
      await page.getByRole("heading", { name: "3 rows" }).waitFor();
      await page.getByText("succeeded").waitFor();

      await editor.fill(
        "SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(x), UNNEST(sequence(1, 10000)) AS b(y), UNNEST(sequence(1, 10000)) AS c(z) WHERE x * y + z > 5",
      );
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("cancelled").waitFor();

      await editor.fill("DROP TABLE prices");
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByRole("alert").filter({ hasText: "read-only" }).waitFor();
    }).catch((error: unknown) => {
      // The browser logs the refused statement.
      if (!String(error).includes("403")) throw error;
    }));

  it("shows the alarm that an injected fault raises, and a banner", () =>
    withPage({}, async (page) => {
      await go(page, "/faults");
      assert.equal(await page.getByRole("button", { name: "Inject" }).isDisabled(), true);
      await allowChanges(page);
      await page.getByRole("button", { name: "Inject" }).click();
      await page.getByRole("link", { name: /Faults are injected: 1 rule/ }).waitFor();
      await putPrices(cloud, ["dogecoin"]);
      await advance(cloud, 3 * 60_000);
      await page.goto(`${cloud.endpoint}/#/`);
      await page.locator(".node.function.trouble").waitFor();
      const alarm = page.getByRole("link", { name: "write-csv-errors" });
      // The alarm is evaluated by the minute, of which the earlier tests have used a part.
      for (let minute = 0; minute < 5 && (await alarm.count()) === 0; minute++) await advance(cloud, 60_000);
      await alarm.click();
      await page.locator("main").getByText("ALARM").first().waitFor();
      await go(page, "/faults");
      await allowChanges(page);
      await page.getByRole("button", { name: "Remove all" }).click();
      await shows(page, "No faults");
    }));

  it("shows scripts in keys, records, items and logs as text", () =>
    withPage({}, async (page) => {
      for (const path of [
        "/kinesis/prices?search=onerror",
        `/s3/shop-lake?prefix=${encodeURIComponent(`csv/${PROBE}/`)}`,
        `/s3/shop-lake?key=${encodeURIComponent(`csv/${PROBE}/probe.csv`)}`,
        "/dynamodb/latest",
        "/lambda/write-csv/logs",
        "/glue/shop/prices",
        `/athena?sql=${encodeURIComponent(`SELECT '${PROBE.replaceAll("'", "''")}' AS probe`)}`,
        `/${encodeURIComponent(PROBE)}`,
        `/kinesis/${encodeURIComponent(PROBE)}`,
      ]) {
        await go(page, path);
        if (path.startsWith("/athena")) await page.getByRole("button", { name: "Run" }).click();
        if (path.startsWith("/kinesis/prices")) await page.locator(".records .expand").first().click();
        await until(
          page,
          `(document.querySelector("main")?.innerText ?? "").includes("onerror")
          || (document.querySelector("textarea")?.value ?? "").includes("onerror")`,
        );
        await page.waitForTimeout(300);
        assert.equal(await page.evaluate("window.probed"), undefined, path);
      }
    }).catch((error: unknown) => {
      // A stream of that name does not exist, and the browser logs the answer's status.
      if (!/status of 400/.test(String(error))) throw error;
    }));

  it("works with the keyboard alone", () =>
    withPage({}, async (page) => {
      await go(page, "/");
      await page.locator(".node.stream").first().waitFor();
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "Skip to the content");
      await tabTo(page, "Kinesis");
      await page.keyboard.press("Enter");
      // The page appears before it takes the focus.
      await page.locator(":focus", { hasText: /^Data streams$/ }).waitFor();
      await tabTo(page, "prices");
      await page.keyboard.press("Enter");
      await page.locator(".records .expand").first().waitFor();
      await tabTo(page, /^2026-01-15/);
      await page.keyboard.press("Enter");
      await page.getByText("2 lines").waitFor();
    }));

  it("opens the menu on a narrow screen", () =>
    withPage({ width: 390 }, async (page) => {
      await go(page, "/");
      const last = await page.getByRole("button", { name: "Use dark colors" }).boundingBox();
      assert.ok(last && last.x + last.width <= 390, `the top bar ends at ${last && last.x + last.width} px`);
      await page.getByRole("button", { name: "Menu", exact: true }).click();
      await page.getByRole("link", { name: "DynamoDB", exact: true }).click();
      await page.getByRole("heading", { name: "Tables" }).waitFor();
      await page.getByRole("button", { name: "Menu", exact: true, expanded: false }).waitFor();
    }));

  it("paints within 200 ms", async function () {
    const paint = async (path: string, shown: string): Promise<number> => {
      const { page } = await openBrowserPage(browser);
      try {
        await page.goto(`${cloud.endpoint}${path}`);
        await page.locator(shown).first().waitFor();
        return Number(
          await page.evaluate(`performance.getEntriesByName("first-contentful-paint")[0]?.startTime`),
        );
      } finally {
        await page.close();
      }
    };
    const [empty, full]: [number[], number[]] = [[], []];
    for (let round = 0; round < 6; round++) {
      empty.push(await paint("/_console/none", "pre"));
      full.push(await paint("/", "h1"));
    }
    // A machine that is busy with other work takes long for an empty page too, and tells nothing.
    if (Math.min(...empty) > 80) this.skip();
    assert.ok(Math.min(...full) < 200, `${full} after ${empty}`);
  });
});

/** Waits until a script's value is true. The page's policy forbids waitForFunction, which evaluates inside the page. */
async function until(page: Page, script: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await page.evaluate(script)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`never true: ${script}`);
}

const focused = (page: Page) =>
  page.evaluate(
    `(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()`,
  );

async function tabTo(page: Page, text: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const at = String(await focused(page));
    if (typeof text === "string" ? at === text : text.test(at)) return;
  }
  assert.fail(`Tab does not reach ${text}`);
}

/** What axe-core finds serious or critical. */
async function violations(page: Page): Promise<string[]> {
  // evaluate is not subject to the page's policy.
  await page.evaluate(axe);
  const found = (await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html.slice(0, 200), count: nodes.length })))`,
  )) as { id: string; impact: string; html: string; count: number }[];
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, html, count }) => `${id} (${count}): ${html}`);
}

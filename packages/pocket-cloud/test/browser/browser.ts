import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** The installed Chromium; undefined when there is none, and then the tests are skipped. */
export const executablePath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(":").map((folder) => join(folder, name)))
  .find(existsSync);

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });

export interface Shown {
  readonly page: Page;
  /** Errors of the page's scripts, its console, requests that failed, and requests to other machines. */
  readonly complaints: string[];
}

export interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

export async function openBrowserPage(
  browser: Browser,
  { width = 1280, colorScheme = "light" }: Look = {},
): Promise<Shown> {
  const page = await browser.newPage({
    viewport: { width, height: width < 500 ? 844 : 860 },
    colorScheme,
    reducedMotion: "reduce",
  });
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => {
    // The page aborts calls whose answers it no longer needs.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()}`);
  });
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:\d+\/|data:|blob:)/.test(request.url()))
      complaints.push(`not from the endpoint: ${request.url()}`);
  });
  return { page, complaints };
}

/** Set to keep pictures of the pages for somebody to look at. */
const keep = process.env.KEEP_SCREENSHOTS;

export async function picture(page: Page, name: string): Promise<void> {
  if (!keep) return;
  mkdirSync(keep, { recursive: true });
  await page.screenshot({ path: join(keep, `${name}.png`) });
}

/** Pictures of a page after an action: as it is, and narrow. */
export async function pictures(page: Page, name: string): Promise<void> {
  if (!keep) return;
  await picture(page, name);
  const size = page.viewportSize() ?? { width: 1280, height: 860 };
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(300);
  await picture(page, `${name}-narrow`);
  await page.setViewportSize(size);
  await page.waitForTimeout(300);
}

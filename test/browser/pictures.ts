import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launch } from "../support/browser";
import { temporaryDirectory } from "../support/temporary";

/**
 * `node --require tsx/cjs test/browser/pictures.ts` takes the pictures of docs/images from a running `npm start`. Arguments, such as
 * `--hours 6`, go to the start.
 */
const root = join(__dirname, "../..");

const pictures: readonly {
  readonly file: string;
  readonly path: string;
  readonly height: number;
  /** What the page shows when it is complete. */
  readonly ready: string;
  /** A button to press first. */
  readonly press?: string;
}[] = [
  { file: "console-overview", path: "/", height: 1000, ready: "section.pipeline" },
  {
    file: "console-data-viewer",
    path: "/#/kinesis/pricelake-local-crypto",
    height: 720,
    ready: ".records",
    press: "Get records",
  },
  { file: "site-coin", path: "/_site/coins/bitcoin.html", height: 900, ready: "svg" },
];

async function main(): Promise<void> {
  const dir = temporaryDirectory();
  const args = [
    "--require",
    "tsx/cjs",
    "tools/main.ts",
    "start",
    "--port",
    "0",
    "--dir",
    dir.path,
    ...process.argv.slice(2),
  ];
  const start = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const browser = await launch();
  try {
    const endpoint = await endpointOf(start.stdout);
    for (const { file, path, height, ready, press } of pictures) {
      const page = await browser.newPage({ viewport: { width: 1280, height }, reducedMotion: "reduce" });
      await open(page, endpoint + path, ready, press);
      await page.screenshot({ path: join(root, "docs/images", `${file}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
    start.kill("SIGINT");
    await once(start, "exit");
    dir.remove();
  }
}

async function endpointOf(output: AsyncIterable<Buffer>): Promise<string> {
  for await (const chunk of output) {
    const found = /^ready (http:\S+)/m.exec(chunk.toString())?.[1];
    if (found) return found;
  }
  throw new Error("npm start ended before it was ready");
}

/** The site is published some seconds after the catch-up, so a page that is not there yet is opened again. */
async function open(page: Page, url: string, ready: string, press?: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await page.goto(url);
      if (press !== undefined) await page.getByRole("button", { name: press }).click({ timeout: 5_000 });
      await page.locator(ready).first().waitFor({ timeout: 5_000 });
      await page.waitForTimeout(1_500);
      return;
    } catch (error) {
      if (tries === 12) throw error;
    }
}

void main();

import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { html } from "../../analytics/render/html";
import type { RenderInput } from "../../analytics/render/model";
import type { Cells } from "../../tools/kit/athena-csv";
import { sampleInput, textOf } from "../analytics/render/sample";
import { executablePath as browser } from "../support/browser";

const run = promisify(execFile);

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
];

const hour = 3_600_000;
const start = Date.parse("2026-03-01T00:00:00Z");
const at = (step: number): string =>
  new Date(start + step * hour).toJSON().replace("T", " ").replace("Z", "");
const wave = (step: number, phase: number): number => 100 + 10 * Math.sin(step / 4 + phase) + step / 5;
const double = (name: string, unit?: string) => ({ name, type: "double", ...(unit && { unit }) });

async function* once(rows: readonly Cells[]): AsyncGenerator<readonly Cells[]> {
  yield rows;
}

const candleRows = Array.from({ length: 48 }, (_, step): Cells => {
  const [open, close] = [wave(step, 0), wave(step + 1, 0.3)];
  return [at(step), "bitcoin", open, Math.max(open, close) + 2, Math.min(open, close) - 2, close].map(String);
});
const lineRows = ["bitcoin", "ethereum", "solana", "a-coin-with-quite-a-long-name"].flatMap((coin, phase) =>
  Array.from({ length: 48 }, (_, step): Cells => [at(step), coin, String(wave(step, phase))]),
);
const names = ["bitcoin", "ethereum", "tether", "solana", "ripple", "dogecoin"];
const heatRows = names.flatMap((a, x) =>
  names.map(
    (b, y): Cells => [
      a,
      b,
      x === 2 || y === 2 ? null : String(Math.round(100 * Math.cos(Math.abs(x - y))) / 100),
    ],
  ),
);

const pages: Readonly<Record<string, RenderInput>> = {
  bar: sampleInput(),
  line: {
    title: "Lines",
    description: "Four coins over two days.",
    chart: { kind: "line", columns: { x: ["bucket"], y: ["price"], series: ["coin"] } },
    columns: [
      { name: "bucket", type: "timestamp", unit: "UTC" },
      { name: "coin", type: "varchar" },
      double("price", "USD"),
    ],
    rows: once(lineRows),
  },
  candles: {
    title: "Candles",
    description: "Two days of one coin.",
    facts: [["--interval", "1h"]],
    chart: {
      kind: "candlestick",
      columns: {
        x: ["bucket"],
        open: ["open"],
        high: ["high"],
        low: ["low"],
        close: ["close"],
        series: ["coin"],
      },
    },
    columns: [
      { name: "bucket", type: "timestamp", unit: "UTC" },
      { name: "coin", type: "varchar" },
      ...["open", "high", "low", "close"].map((name) => double(name, "USD")),
    ],
    rows: once(candleRows),
  },
  heatmap: {
    title: "Correlation",
    description: "Six coins, one of which did not move.",
    chart: { kind: "heatmap", columns: { x: ["coin_b"], y: ["coin_a"], value: ["correlation"] } },
    columns: [
      { name: "coin_a", type: "varchar" },
      { name: "coin_b", type: "varchar" },
      double("correlation"),
    ],
    rows: once(heatRows),
  },
};

/** Set to keep the pages and their pictures for somebody to look at. */
const keep = process.env.KEEP_SCREENSHOTS;

describe("HTML reports in a browser", function () {
  this.timeout(120_000);
  let folder = "";
  before(function () {
    if (!browser) this.skip();
    folder = keep ?? mkdtempSync(join(tmpdir(), "pages-"));
  });
  after(() => {
    if (folder && !keep) rmSync(folder, { recursive: true });
  });

  /** What the browser makes of a page: its document after loading, and what it complained about. */
  const open = async (name: string, text: string, more: readonly string[] = []) => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, text);
    const profile = mkdtempSync(join(tmpdir(), "profile-"));
    try {
      const { stdout, stderr } = await run(
        browser ?? "",
        [...flags, `--user-data-dir=${profile}`, "--enable-logging=stderr", ...more, `file://${file}`],
        { maxBuffer: 64 * 1024 * 1024 },
      );
      return { document: stdout, complaints: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
    } finally {
      rmSync(profile, { recursive: true, force: true });
    }
  };

  for (const [name, input] of Object.entries(pages))
    it(`shows a ${name} page without script, and without a complaint about its style`, async () => {
      const text = await textOf(html(input));
      const { document, complaints } = await open(name, text, ["--dump-dom"]);
      assert.deepEqual(complaints, []);
      assert.doesNotMatch(document, /<script/);
      assert.match(document, /<svg [^>]*role="img"/);
      assert.match(document, /<table>/);
      const picture = join(folder, `${name}.png`);
      await open(name, text, ["--window-size=1000,1200", `--screenshot=${picture}`]);
      assert.ok(existsSync(picture));
      if (keep)
        await open(name, text, [
          "--window-size=1000,1200",
          "--blink-settings=preferredColorScheme=0",
          `--screenshot=${join(folder, `${name}-dark.png`)}`,
        ]);
    });

  it("runs no script that a cell smuggles in, even unescaped", async () => {
    const text = (await textOf(html(sampleInput()))).replace(
      "</main>",
      "<script>document.title='owned'</script></main>",
    );
    const { document, complaints } = await open("smuggled", text, ["--dump-dom"]);
    assert.doesNotMatch(document, /<title>owned/);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? "", /Content Security Policy/);
  });
});

import { strict as assert } from "node:assert";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe as describeImported } from "../../../tools/import/describe";
import { type TestLake, testLake } from "../../functions/compact/lake";
import { startPricelake } from "../../pipeline/command";
import { temporaryDirectory } from "../../support/temporary";

describe("npm run import", () => {
  const dir = temporaryDirectory();
  let lake: TestLake;
  before(async () => {
    lake = await testLake({ env: "local" });
  });
  after(async () => {
    await lake.stop();
    dir.remove();
  });

  async function run(...args: string[]) {
    const child = startPricelake(lake.cloud, ["import", ...args]);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    // On a busy machine there are lines of progress.
    const said = stderr.replaceAll(/^.*, \d+ s\n/gm, "").replaceAll(`${dir.path}/`, "");
    return { code, stdout, stderr: said };
  }

  function file(name: string, lines: readonly string[]): string {
    const path = join(dir.path, name);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  }

  it("says what it would do, imports, and imports the same files no second time", async () => {
    const daily = file("BTC-USD.csv", [
      "time,open,high,low,close",
      "2024-01-01,100,110,90,105",
      "2024-01-02,105,110,90,x",
      "2024-01-03,105,110,90,106",
    ]);
    const minutes = file("ETHUSDT-1m-2024-01-01.csv", [
      "1704067200000,1,2,1,2,5,1704067259999,10,7,1,1,0",
      "1704067200000,1,2,1,2,5,1704067259999,10,7,1,1,0",
    ]);
    const args = [daily, minutes, "--feed", "crypto"];
    const invalid = 'BTC-USD.csv:3 close is no number: "x"\n';
    const strict = await run(...args, "--strict");
    assert.deepEqual([strict.code, strict.stdout], [3, ""]);
    assert.match(strict.stderr, /invalid lines: 1; --strict: nothing was imported/);

    const dry = await run(...args, "--dry-run");
    assert.deepEqual(dry, {
      code: 0,
      stdout:
        "4 rows in 2 files, 1 of them repeated; 1 invalid line left out\n" +
        "2 days (2024-01-01 to 2024-01-03), 3 rows: would be imported, days that have no rows\n",
      stderr: invalid,
    });
    assert.deepEqual(await lake.select("SELECT * FROM crypto"), []);

    const imported = await run(...args);
    assert.deepEqual([imported.code, imported.stderr], [0, invalid]);
    assert.match(
      imported.stdout,
      /2 days \(2024-01-01 to 2024-01-03\), 3 rows: imported, days that had no rows/,
    );
    assert.deepEqual(await lake.select("SELECT dt, coin_id, price_usd FROM crypto ORDER BY 1, 2"), [
      ["2024-01-01", "bitcoin", "105.0"],
      ["2024-01-01", "ethereum", "2.0"],
      ["2024-01-03", "bitcoin", "106.0"],
    ]);

    const again = await run(...args, "--json");
    const { days, ...counts } = JSON.parse(again.stdout) as { days: { day: string; outcome: string }[] };
    assert.deepEqual(counts, { files: 2, rows: 4, invalid: 1, repeated: 1, dryRun: false });
    assert.deepEqual(
      days.map(({ day, outcome }) => [day, outcome]),
      [
        ["2024-01-01", "unchanged"],
        ["2024-01-03", "unchanged"],
      ],
    );
  });

  it("refuses a file of an unknown form, and a wrong combination of options, before anything is written", async () => {
    const unknown = await run(file("x.csv", ["a,b", "1,2"]), "--feed", "crypto");
    assert.equal(unknown.code, 2);
    assert.match(
      unknown.stderr,
      /x\.csv: its fields are a, b; they are neither the columns of crypto nor candles: accepted are/,
    );
    assert.match(
      (await run("x", "--feed", "retail", "--coin", "bitcoin")).stderr,
      /--coin is for crypto, not for retail/,
    );
    assert.match((await run("--feed", "crypto")).stderr, /<file> is missing/);
  });

  it("names the days that failed, and those that are not over", () => {
    assert.equal(
      describeImported({
        files: 1,
        rows: 1200,
        invalid: 0,
        repeated: 0,
        dryRun: false,
        days: [
          { day: "2026-01-01", outcome: "merged", rows: 1000, reason: "" },
          { day: "2026-01-02", outcome: "failed", rows: 100, reason: "the run differs" },
          { day: "2026-01-03", outcome: "open", rows: 100, reason: "" },
        ],
      }),
      "1,200 rows in 1 file\n" +
        "1 day (2026-01-01), 1,000 rows: imported into days that had rows\n" +
        "1 day (2026-01-03), 100 rows: left out: these days are not over\n" +
        "1 day (2026-01-02), 100 rows: failed\n  ! 2026-01-02: the run differs\n",
    );
  });
});

import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { price, testLake } from "../functions/compact/lake";
import { temporaryDirectory } from "../support/temporary";

const page = readFileSync(resolve(__dirname, "../../docs/history.md"), "utf8");
const found = (pattern: RegExp): string => pattern.exec(page)?.[1] ?? assert.fail(String(pattern));
const noon = (day: string, seconds: number) => new Date(Date.parse(`${day}T12:00:00Z`) + seconds * 1000);

describe("The history that a reader without Athena finds", function () {
  this.timeout(60_000);

  it("has all rows and the contract's columns, of days in one file and of days in several", async () => {
    const lake = await testLake();
    const { path, remove } = temporaryDirectory();
    const duck = await (await DuckDBInstance.create()).connect();
    try {
      for (const [day, count] of [
        ["2026-01-30", 1250],
        ["2026-01-31", 2],
      ] as const) {
        const rows = ["bitcoin", "ether"].flatMap((coin) =>
          Array.from({ length: count }, (_, i) =>
            price(coin, day, 12, i, { name: "n".repeat(960), event_time: noon(day, i).toISOString() }),
          ),
        );
        await lake.put("a", rows);
      }
      await lake.compact();
      const keys = (await lake.keys("history/crypto/dt=")).filter((key) => key.endsWith(".parquet"));
      assert.equal(keys.length, 3);
      for (const key of keys) {
        mkdirSync(dirname(join(path, key)), { recursive: true });
        writeFileSync(join(path, key), await lake.read(key));
      }
      const pattern = found(/locations = \[f"\{each\}(\S+)" for/);
      const locations = ["dt=2026-01-30/run-1/", "dt=2026-01-31/run-1/"].map(
        (each) => `'${join(path, "history/crypto/")}${each}${pattern}'`,
      );
      const from = found(/`SELECT … FROM (read_parquet\(.*?\))`/).replace("locations", locations.join(", "));
      const rows = await duck.runAndReadAll(
        `SELECT coin_id, count(*)::INTEGER FROM ${from} GROUP BY 1 ORDER BY 1`,
      );
      assert.deepEqual(rows.getRows(), [
        ["bitcoin", 1252],
        ["ether", 1252],
      ]);
      const split = from.replace(/, [^,]*2026-01-31[^,]*'\]/, "]");
      const columns = await duck.runAndReadAll(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${split})`);
      const names = columns.getRows().map(([name]) => name);
      assert.deepEqual([names[0], names.at(-1), names.length], ["hour", "origin", 15]);
    } finally {
      duck.closeSync();
      remove();
      await lake.stop();
    }
  });
});

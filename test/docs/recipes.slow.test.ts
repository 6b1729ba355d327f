import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crypto } from "../../data/feeds/crypto";
import { present, startLake, type TestLake } from "../sql/support/lake";
import { coins, cryptoRows } from "../sql/support/ticks";
import { root } from "./pages";

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly rawSQL: string }[];
}

/** What the Athena data source replaces its macros by, for the 24 hours before `present`. */
function expanded(sql: string): string {
  const [from, to] = [present - 86_400_000, present].map((time) =>
    new Date(time).toISOString().slice(0, 19).replace("T", " "),
  ) as [string, string];
  return sql
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 BETWEEN TIMESTAMP '${from}' AND TIMESTAMP '${to}'`)
    .replace(/\$__rawTimeFrom\('yyyy-MM-dd'\)/g, `'${from.slice(0, 10)}'`)
    .replace(/\$__rawTimeTo\('yyyy-MM-dd'\)/g, `'${to.slice(0, 10)}'`)
    .replaceAll(`\${${"coin"}}`, "beta");
}

describe("Grafana's dashboard, by its queries", () => {
  const { panels } = JSON.parse(readFileSync(join(root, "docs/recipes/grafana.json"), "utf8")) as {
    panels: readonly Panel[];
  };
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.store(crypto, cryptoRows());
    const refused = { source: "s", column: "price_usd", reason: "is null", raw: "{}", rows: 2 };
    await lake.put("quarantine/crypto/dt=2026-03-03/refused.json", `${JSON.stringify(refused)}\n`);
  });
  after(() => lake.stop());

  const rowsOf = async (title: string) => {
    const sql = panels.find((panel) => panel.title === title)?.targets[0]?.rawSQL ?? "";
    const query = expanded(sql);
    assert.doesNotMatch(query, /\$/);
    // Without --allow-full-scan: each query is bounded by its partitions.
    return lake.ask(["sql", query]);
  };

  it("shows a coin's price, one point a poll", async () => {
    const rows = await rowsOf("Price");
    assert.deepEqual(Object.keys(rows[0] ?? {}), ["time", "price_usd"]);
    // 24 hours of polls every five minutes, but the eleven that never came.
    assert.equal(rows.length, 277);
  });

  it("shows the largest moves", async () => {
    const rows = await rowsOf("Largest moves");
    assert.deepEqual(rows.map(({ coin_id }) => coin_id).sort(), [...coins].sort());
    // gamma jumps by half, and jumps back.
    const sizes = rows.map(({ change_pct }) => Math.abs(Number(change_pct)));
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
  });

  it("counts rows by the hour", async () => {
    const rows = await rowsOf("Rows per hour");
    assert.equal(rows.length, 24);
    assert.equal(rows[0]?.polled_rows, 72);
  });

  it("shows why rows were refused", async () => {
    assert.deepEqual(await rowsOf("Refused rows"), [{ column: "price_usd", reason: "is null", refused: 2 }]);
  });
});

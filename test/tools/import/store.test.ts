import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../../data/feeds";
import { posts } from "../../../data/feeds/posts";
import { RowStore } from "../../../tools/import/store";

describe("The rows of an import", () => {
  const post = (id: string, text: string, change: object = {}): Row => ({
    ...Object.fromEntries(Object.keys(posts.columns).map((name) => [name, null])),
    post_id: id,
    author: "a",
    text,
    posted_at: "2024-01-01T05:00:00.000Z",
    seen_at: "2024-01-01T05:00:00.000Z",
    ...change,
  });

  it("keep quotes, commas and line breaks, and are the same day in another order", async () => {
    const rows = [post("1", 'say "x, y"\nand z'), post("2", "ü 😀")];
    const stores = [rows, [...rows, ...rows].reverse()].map(async (given) => {
      const store = await RowStore.open(posts);
      try {
        for (const row of given) await store.add(row);
        return await store.days();
      } finally {
        store.close();
      }
    });
    const [one, other] = await Promise.all(stores);
    assert.deepEqual(one, other);
    assert.deepEqual(
      one?.map(({ day, rows: count, hours }) => [day, count, hours]),
      [["2024-01-01", 2, "05"]],
    );
    const later = await RowStore.open(posts);
    try {
      for (const row of [rows[0] ?? assert.fail(), post("1", "x", { posted_at: "2024-01-02T05:00:00.000Z" })])
        await later.add(row);
      assert.equal((await later.days()).length, 2, "a key counts within an hour, as in the view");
    } finally {
      later.close();
    }
    const changed = await RowStore.open(posts);
    try {
      for (const row of [rows[0] ?? assert.fail(), post("2", "ü 😀!")]) await changed.add(row);
      const [day] = await changed.days();
      assert.notEqual(day?.digest, one?.[0]?.digest);
      assert.notEqual(day?.checksum, one?.[0]?.checksum);
    } finally {
      changed.close();
    }
  });

  it("leave no files behind, not even those of an import that was killed", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const dead = mkdtempSync(join(tmpdir(), `pricelake-import-${pid}-`));
    const alive = mkdtempSync(join(tmpdir(), `pricelake-import-${process.ppid}-`));
    try {
      writeFileSync(join(dead, "rows.csv"), "x");
      (await RowStore.open(posts)).close();
      assert.deepEqual([existsSync(dead), existsSync(alive)], [false, true]);
    } finally {
      rmSync(alive, { recursive: true });
    }
  });
});

import { strict as assert } from "node:assert";
import fc from "fast-check";
import { fit, headLines } from "../../../analytics/render/fit";
import { table } from "../../../analytics/render/table";
import { widthOf } from "../../../analytics/render/text";
import type { Cells } from "../../../tools/kit/athena-csv";
import { batches, textOf } from "./sample";

const columns = [
  { name: "place", type: "bigint" },
  { name: "coin_id", type: "varchar" },
  { name: "first_price_usd", type: "double", unit: "USD" },
  { name: "seen", type: "timestamp", unit: "UTC" },
];
const rows: Cells[] = [
  ["1", "a-coin-with-quite-a-long-name-of-its-own", "67234.1", "2026-03-01 12:00:00.000"],
  ["2", "btc", "0.5", "2026-03-01 12:05:00.000"],
];
const shown = (width?: number, own = rows, batch = 100): Promise<string> =>
  textOf(
    table(
      { title: "", description: "", columns, rows: batches(own, batch) },
      width === undefined ? {} : { width },
    ),
  );

describe("A table on a terminal", () => {
  it("is unchanged if it fits", async () => {
    assert.equal(await shown(93), await shown());
  });

  it("wraps headings first", async () => {
    assert.equal(
      await shown(85),
      [
        "                                                 first_price_usd",
        "place  coin_id                                             (USD)  seen (UTC)",
        "─────  ────────────────────────────────────────  ───────────────  ───────────────────",
        "    1  a-coin-with-quite-a-long-name-of-its-own        67,234.10  2026-03-01 12:00:00",
        "    2  btc                                               0.50000  2026-03-01 12:05:00",
        "",
      ].join("\n"),
    );
  });

  it("then shortens texts, but neither numbers nor times", async () => {
    assert.equal(
      await shown(60),
      [
        "                                 first_",
        "                              price_usd",
        "place  coin_id                    (USD)  seen (UTC)",
        "─────  ─────────────────────  ─────────  ───────────────────",
        "    1  a-coin-with-quite-a-…  67,234.10  2026-03-01 12:00:00",
        "    2  btc                      0.50000  2026-03-01 12:05:00",
        "",
      ].join("\n"),
    );
  });

  it("then hides the last columns and names them", async () => {
    assert.equal(
      await shown(40),
      [
        "                                  first_",
        "                               price_usd",
        "place  coin_id                     (USD)",
        "─────  ──────────────────────  ─────────",
        "    1  a-coin-with-quite-a-l…  67,234.10",
        "    2  btc                       0.50000",
        "1 column hidden, the terminal is too narrow: seen (UTC)",
        "",
      ].join("\n"),
    );
  });

  it("hides other columns before a report's key columns", async () => {
    const keyed = columns.map((column) => (column.name === "seen" ? { ...column, keyRank: 0 } : column));
    const text = await textOf(
      table({ title: "", description: "", columns: keyed, rows: batches(rows, 2) }, { width: 40 }),
    );
    assert.equal(
      text,
      [
        "place  coin_id       seen (UTC)",
        "─────  ────────────  ───────────────────",
        "    1  a-coin-with…  2026-03-01 12:00:00",
        "    2  btc           2026-03-01 12:05:00",
        "1 column hidden, the terminal is too narrow: first_price_usd (USD)",
        "",
      ].join("\n"),
    );
  });

  it("hides other columns before it shortens a key text, and the least important key column last", () => {
    const needs = [
      { head: "place", cells: 5, canShorten: false },
      { head: "coin_id", cells: 19, canShorten: true, keyRank: 0 },
      { head: "symbol", cells: 6, canShorten: true },
      { head: "event_time", cells: 19, canShorten: false, keyRank: 2 },
      { head: "z_score", cells: 7, canShorten: false, keyRank: 1 },
    ];
    const shownAt = (width: number) => fit(needs, width).map(({ at }) => at);
    assert.deepEqual(shownAt(64), [0, 1, 2, 3, 4]);
    assert.deepEqual(shownAt(63), [0, 1, 3, 4]);
    assert.deepEqual(shownAt(50), [1, 3, 4]);
    assert.deepEqual(shownAt(40), [1, 4]);
    assert.deepEqual(shownAt(18), [1]);
  });

  it("does not shorten a number that is wider than the measured rows", async () => {
    const many = [...Array.from({ length: 1_000 }, (): Cells => ["1", "a", "1", null]), rows[0] ?? []];
    const [last = ""] = (await shown(60, many, 100)).trimEnd().split("\n").slice(-1);
    assert.equal(last, "    1  a-coin…              67,234.10  2026-03-01 12:00:00");
  });
});

describe("A table in a file or a pipe", () => {
  it("is never shortened, even after the measured rows", async () => {
    const long = "long ".repeat(40).trim();
    const many = [
      ...Array.from({ length: 1_000 }, (): Cells => ["1", "a", "1", null]),
      ["2", long, "1234567", null],
    ];
    assert.ok((await shown(undefined, many)).endsWith(`    2  ${long}           1,234,567.00\n`));
  });
});

describe("Fitting columns into a width", () => {
  const need = fc.record(
    {
      head: fc.stringMatching(/^[a-z]{1,8}(_[a-z]{1,8}){0,4}( \(USD\))?$/),
      cells: fc.nat(70),
      canShorten: fc.boolean(),
      keyRank: fc.nat(4),
    },
    { requiredKeys: ["head", "cells", "canShorten"] },
  );

  it("stays within the width unless the only column cannot be shortened, and shortens only if needed", () => {
    fc.assert(
      fc.property(
        fc.array(need, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 200 }),
        (needs, room) => {
          const shown = fit(needs, room);
          const widths = shown.map(({ width }) => width);
          const taken = widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1));
          const natural = needs.map(({ head, cells }) => Math.max(widthOf(head), cells));
          const whole = natural.reduce((sum, width) => sum + width, 2 * (needs.length - 1));
          assert.ok(widths.length >= 1);
          if (whole <= room) assert.deepEqual(widths, natural);
          else if (widths.length > 1 || needs[shown[0]?.at ?? 0]?.canShorten)
            assert.ok(taken <= room, `${taken} of ${room}`);
          shown.forEach(({ width, at }) => {
            const { head = "", cells = 0, canShorten = false } = needs[at] ?? {};
            if (!canShorten) assert.ok(width >= cells);
            assert.ok(headLines(head, width).every((line) => widthOf(line) <= width));
            assert.equal(headLines(head, width).join("").replaceAll(" ", ""), head.replaceAll(" ", ""));
          });
        },
      ),
    );
  });
});

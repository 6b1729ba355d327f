import { strict as assert } from "node:assert";
import { drawChart } from "../../../analytics/render/chart/draw";
import { linear, time, valueLabel } from "../../../analytics/render/chart/scale";
import { sparkline, terminalChart } from "../../../analytics/render/chart/terminal";
import type { Cells } from "../../../tools/kit/athena-csv";
import { batches, sampleInput } from "./sample";

const columns = [
  { name: "bucket", type: "timestamp" },
  { name: "coin", type: "varchar" },
  { name: "o", type: "double" },
  { name: "h", type: "double" },
  { name: "l", type: "double" },
  { name: "c", type: "double" },
];
const rows: Cells[] = [
  ["2026-03-01 00:00:00.000", "a", "10", "14", "8", "12"],
  ["2026-03-01 01:00:00.000", "a", "12", "13", "6", "7"],
  ["2026-03-01 02:00:00.000", "a", "7", "9", "7", null],
];
const candles = {
  kind: "candlestick",
  columns: { x: ["bucket"], open: ["o"], high: ["h"], low: ["l"], close: ["c"], series: ["coin"] },
} as const;
const line = { kind: "line", columns: { x: ["bucket"], y: ["o"], series: ["coin"] } } as const;
const heat = { kind: "heatmap", columns: { x: ["coin"], y: ["bucket"], value: ["o"] } } as const;

describe("Scales", () => {
  it("have round ticks that include the values", () => {
    assert.deepEqual(linear(0.3, 97, 0, 100).ticks, [0, 20, 40, 60, 80, 100]);
    assert.deepEqual(linear(-3, 8, 0, 1).ticks, [-5, -2.5, 0, 2.5, 5, 7.5, 10]);
    assert.equal(linear(0, 100, 0, 200)(25), 50);
  });

  it("accept a single value", () => {
    assert.ok(Number.isFinite(linear(5, 5, 0, 100)(5)));
    assert.ok(Number.isFinite(time(5, 5, 0, 100)(5)));
  });

  it("have ticks at whole hours in UTC", () => {
    const from = Date.parse("2026-03-01T00:30:00Z");
    const ticks = time(from, from + 12 * 3_600_000, 0, 1).ticks.map((at) =>
      new Date(at).toJSON().slice(11, 16),
    );
    assert.deepEqual(ticks, ["03:00", "06:00", "09:00", "12:00"]);
  });

  it("abbreviate values", () => {
    assert.deepEqual([0, 12.5, 12_345, 2.5e9, 0.00000012].map(valueLabel), [
      "0",
      "12.5",
      "12.35k",
      "2.5B",
      "1.2e-7",
    ]);
  });
});

describe("Charts in svg", () => {
  it("keep the first time from the word UTC at the left edge", () => {
    const { markup } = drawChart(
      line,
      { title: "t", description: "d", columns, rows: batches(rows, 3) },
      rows,
    );
    assert.match(markup, /<text x="64" y="\d+" class="axis" text-anchor="start">03-01 00:00<\/text>/);
  });

  it("distinguish rising and falling candles by shape, and omit incomplete ones", () => {
    const { markup } = drawChart(candles, { ...sampleInput([]), columns }, rows);
    assert.equal(markup.match(/<rect class="up"/g)?.length, 1);
    assert.equal(markup.match(/<rect class="down"/g)?.length, 1);
  });

  it("draw a line per series, at most eight, and say so", () => {
    const many = Array.from({ length: 10 }, (_, at) =>
      rows.map((row): Cells => [row[0] ?? null, `coin${at}`, ...row.slice(2)]),
    ).flat();
    const drawing = drawChart(line, { ...sampleInput([]), columns }, many);
    assert.equal(drawing.markup.match(/<polyline/g)?.length, 8);
    assert.equal(drawing.omitted, "The chart shows the first 8 of 10 lines.");
  });

  it("draw a line per y column", () => {
    const columnsOf = { x: ["bucket"], y: ["o", "c"], series: ["coin"] };
    const { markup } = drawChart({ kind: "line", columns: columnsOf }, { ...sampleInput([]), columns }, rows);
    assert.equal(markup.match(/<polyline/g)?.length, 2);
    assert.match(markup, />a o<\/text>.*>a c<\/text>/);
  });

  it("name a bar by all of its x columns", () => {
    const bars = { kind: "bar", columns: { x: ["coin", "bucket"], y: ["o"] } } as const;
    assert.match(
      drawChart(bars, { ...sampleInput([]), columns }, rows).markup,
      />a · 2026-03-01 01:00:00<\/text>/,
    );
  });

  it("fit a narrow screen: nothing is drawn beyond 350 pixels", () => {
    const long = rows.map((row): Cells => [row[0] ?? null, "a-coin-with-a-long-name", ...row.slice(2)]);
    for (const chart of [candles, line, heat]) {
      const { markup } = drawChart(chart, { ...sampleInput([]), columns }, long, { width: 350 });
      assert.match(markup, /class="chart narrow" viewBox="0 0 350 /);
      for (const [, x] of markup.matchAll(/ (?:x|x1|x2|cx)="(-?[\d.]+)"/g))
        assert.ok(Number(x) >= 0 && Number(x) <= 350, x);
    }
  });

  it("shorten labels that would leave a narrow screen", () => {
    const long = rows.map((row, at): Cells => [row[0] ?? null, `${at}${"x".repeat(60)}`, ...row.slice(2)]);
    const bar = { kind: "bar", columns: { x: ["coin"], y: ["o"] } } as const;
    const { markup } = drawChart(bar, { ...sampleInput([]), columns }, long, { width: 350 });
    const labels = [...markup.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>([^<]*x[^<]*)</g)];
    assert.equal(labels.length, 3, markup);
    for (const [, x, label = ""] of labels)
      assert.ok(label.endsWith("…") && Number(x) - 7 * (label.length - 1) > 0, `${label} at ${x}`);
  });

  it("are well-formed without rows", () => {
    for (const chart of [candles, line, heat])
      assert.match(drawChart(chart, { ...sampleInput([]), columns }, []).markup, /No rows<\/text><\/svg>$/);
  });
});

describe("Charts on a terminal", () => {
  it("draws a sparkline over the whole range", () => {
    assert.equal(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 20), "▁▂▃▄▅▆▇█");
    assert.equal(sparkline([5, 5], 20), "▄▄");
    assert.equal(
      [
        ...sparkline(
          Array.from({ length: 100 }, (_, at) => at),
          10,
        ),
      ].length,
      10,
    );
  });

  it("draws bars from zero to both sides", () => {
    const bar = { kind: "bar", columns: { x: ["coin"], y: ["o"] } } as const;
    const text = terminalChart(
      bar,
      columns,
      [
        ["", "up", "10"],
        ["", "down", "-10"],
      ] as Cells[],
      { width: 30, colour: false },
    );
    assert.equal(text, "up              ██████████ 10\ndown  ▒▒▒▒▒▒▒▒▒▒ -10\n\n");
  });

  it("draws every kind within the width of the terminal", () => {
    const bar = { kind: "bar", columns: { x: ["coin", "bucket"], y: ["o"] } } as const;
    const many = Array.from({ length: 12 }, (_, at) =>
      rows.map((row): Cells => [row[0] ?? null, `a-long-name-of-coin-${at}`, ...row.slice(2)]),
    ).flat();
    for (const width of [40, 60, 80])
      for (const chart of [candles, heat, line, bar]) {
        const text = terminalChart(chart, columns, many, { width, colour: false });
        assert.ok(
          text.split("\n").every((row) => row.length <= width),
          text,
        );
      }
  });

  it("keeps the legend of candles whole", () => {
    const later = rows.map((row): Cells => [row[0]?.replace(" 0", " 1") ?? null, ...row.slice(1)]);
    const text = terminalChart(candles, columns, later, { width: 60, colour: false });
    assert.match(text, /^ {11}03-01 10:00 to 03-01 11:00 UTC\n█ rising ▒ falling$/m);
  });

  it("says how many columns of a matrix do not fit", () => {
    const many = Array.from({ length: 12 }, (_, at): Cells => ["2026-03-01 00:00:00.000", `c${at}`, "1"]);
    assert.match(
      terminalChart(heat, columns, many, { width: 60, colour: false }),
      /^7 more of 12 columns: not shown$/m,
    );
  });
});

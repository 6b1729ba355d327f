import type { Cells } from "../../../data/cells";
import type { Chart } from "../../../sql/library/model";
import type { RenderColumn } from "../model";
import { pad, shorten, visible, widthOf } from "../text";
import { type Candle, candlesOf, rolesOf, seriesOf } from "./data";
import { extent, timeLabel, valueLabel } from "./scale";

interface Screen {
  readonly width: number;
  readonly colour: boolean;
}

type Draw = (
  chart: Chart,
  columns: readonly RenderColumn[],
  rows: readonly Cells[],
  screen: Screen,
) => string[];

/** The chart in characters. It is readable without colour. */
export function terminalChart(
  chart: Chart,
  columns: readonly RenderColumn[],
  rows: readonly Cells[],
  screen: Screen,
): string {
  if (rows.length === 0) return "";
  return `${drawings[chart.kind](chart, columns, rows, screen).join("\n")}\n\n`;
}

const drawings: Readonly<Record<Chart["kind"], Draw>> = {
  line(chart, columns, rows, { width }) {
    const series = seriesOf(chart, columns, rows).slice(0, 20);
    const names = Math.min(
      24,
      share(width),
      Math.max(1, ...series.map(({ name }) => widthOf(visible(name)))),
    );
    return series.map(({ name, points }) => {
      const values = points.map(({ y }) => y);
      const [low, high] = extent(values);
      const last = values.at(-1) ?? 0;
      const range = width < NARROW_SCREEN ? "" : `${valueLabel(low)} to ${valueLabel(high)}, `;
      const facts = `  ${range}last ${valueLabel(last)}`;
      const line = sparkline(values, Math.max(8, width - names - widthOf(facts) - 2));
      return `${pad(shorten(visible(name), names), names, false)} ${line}${facts}`;
    });
  },
  bar(chart, columns, rows, screen) {
    const roles = rolesOf(chart, columns);
    const bars = rows.slice(0, 40).flatMap((row) => {
      const value = roles.number(row, "y");
      return value === undefined ? [] : [{ label: visible(roles.text(row, "x")), value }];
    });
    return drawBars(bars, screen);
  },
  candlestick(chart, columns, rows, screen) {
    const isTime = rolesOf(chart, columns).along("x") !== "number";
    return candlesOf(chart, columns, rows)
      .slice(0, 4)
      .flatMap(({ name, candles }) => [visible(name), ...drawCandles(candles, isTime, screen), ""]);
  },
  heatmap(chart, columns, rows, { width }) {
    const roles = rolesOf(chart, columns);
    const allXs = [...new Set(rows.map((row) => roles.text(row, "x")))];
    const ys = [...new Set(rows.map((row) => roles.text(row, "y")))].slice(0, 40);
    const values = new Map(
      rows.map((row) => [`${roles.text(row, "y")}\n${roles.text(row, "x")}`, roles.number(row, "value")]),
    );
    const names = Math.min(16, Math.max(...ys.map((name) => widthOf(visible(name)))));
    const xs = allXs.slice(0, Math.max(1, Math.min(12, Math.floor((width - names) / CELL_WIDTH))));
    const more = allXs.length - xs.length;
    const cell = (text: string): string => pad(shorten(visible(text), CELL_WIDTH - 1), CELL_WIDTH, true);
    const head = " ".repeat(names) + xs.map(cell).join("");
    return [
      head,
      ...ys.map((y) => {
        const cells = xs.map((x) => {
          const value = values.get(`${y}\n${x}`);
          return cell(value === undefined ? "·" : valueLabel(Number(value.toPrecision(3))));
        });
        return pad(shorten(visible(y), names), names, false) + cells.join("");
      }),
      ...(more > 0 ? [`${more} more of ${allXs.length} columns: not shown`] : []),
    ];
  },
};

/** Narrower terminals show fewer facts beside a line. */
const NARROW_SCREEN = 60;
/** Width of a column of a matrix, its gap included. */
const CELL_WIDTH = 8;
/** What names may take of the width. */
const share = (width: number): number => Math.floor(0.4 * width);

const blocks = "▁▂▃▄▅▆▇█";

/** One character per value. Values that do not fit the width are averaged. */
export function sparkline(values: readonly number[], width: number): string {
  const shown =
    values.length <= width ? values : Array.from({ length: width }, (_, at) => meanOf(values, at, width));
  const [low, high] = extent(shown);
  return shown
    .map(
      (value) => blocks[high === low ? 3 : Math.round(((value - low) / (high - low)) * (blocks.length - 1))],
    )
    .join("");
}

function meanOf(values: readonly number[], at: number, width: number): number {
  const part = values.slice(
    Math.floor((at * values.length) / width),
    Math.floor(((at + 1) * values.length) / width),
  );
  return part.reduce((total, value) => total + value, 0) / part.length;
}

function drawBars(bars: readonly { label: string; value: number }[], { width, colour }: Screen): string[] {
  const labels = Math.min(28, share(width), Math.max(0, ...bars.map(({ label }) => widthOf(label))));
  const numbers = bars.map(({ value }) => valueLabel(value));
  const room = Math.max(4, width - labels - Math.max(0, ...numbers.map(widthOf)) - 4);
  const [low, high] = extent([0, ...bars.map(({ value }) => value)]);
  const unit = room / (high - low || 1);
  const before = Math.round(-low * unit);
  return bars.map(({ label, value }, at) => {
    const size = Math.round(Math.abs(value) * unit);
    const bar =
      value < 0
        ? " ".repeat(Math.max(0, before - size)) + paint("▒".repeat(size), 33, colour)
        : " ".repeat(before) + paint("█".repeat(size), 36, colour);
    return `${pad(shorten(label, labels), labels, false)}  ${bar} ${numbers[at]}`;
  });
}

const candleRows = 12;

function drawCandles(all: readonly Candle[], isTime: boolean, { width, colour }: Screen): string[] {
  const candles = all.slice(-Math.max(10, width - 14));
  const [low, high] = extent(candles.flatMap((candle) => [candle.low, candle.high]));
  const rowOf = (value: number): number =>
    high === low ? 0 : Math.round(((high - value) / (high - low)) * (candleRows - 1));
  const lines = Array.from({ length: candleRows }, (_, row) => {
    const label = row === 0 ? valueLabel(high) : row === candleRows - 1 ? valueLabel(low) : "";
    return `${pad(label, 10, true)} ${candles.map((candle) => candleMark(candle, row, rowOf, colour)).join("")}`;
  });
  const [first, last] = [candles[0]?.x ?? 0, candles.at(-1)?.x ?? 0];
  const edges = isTime
    ? `${timeLabel(first, [first])} to ${timeLabel(last, [last])} UTC`
    : `${first} to ${last}`;
  const legend = "█ rising ▒ falling";
  if (width < NARROW_SCREEN) return [...lines, shorten(edges, width), legend];
  const below = `${" ".repeat(11)}${edges}`;
  return widthOf(`${below}, ${legend}`) > width
    ? [...lines, shorten(below, width), legend]
    : [...lines, `${below}, ${legend}`];
}

function candleMark(candle: Candle, row: number, rowOf: (value: number) => number, colour: boolean): string {
  const rising = candle.close >= candle.open;
  const [top, bottom] = [
    rowOf(Math.max(candle.open, candle.close)),
    rowOf(Math.min(candle.open, candle.close)),
  ];
  const tone = rising ? 32 : 31;
  if (row >= top && row <= bottom) return paint(rising ? "█" : "▒", tone, colour);
  return row >= rowOf(candle.high) && row <= rowOf(candle.low) ? paint("│", tone, colour) : " ";
}

const paint = (text: string, tone: number, colour: boolean): string =>
  colour && text ? `\u001b[${tone}m${text}\u001b[0m` : text;

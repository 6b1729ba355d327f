import { element } from "../markup";
import { right, shorten, text, widthOf } from "./frame";
import { extent, linear, valueLabel } from "./scale";

export interface Bar {
  readonly label: string;
  readonly value: number;
}

export const MAX_BARS = 30;
const [top, rowHeight, values] = [30, 22, 64];
const MAX_NAME_WIDTH = 320;

/** Horizontal bars from zero, each between its name and its value. */
export function barChart(
  all: readonly Bar[],
  title: string,
  width: number,
): { markup: string; height: number } {
  const bars = all.slice(0, MAX_BARS);
  const names = Math.min(
    MAX_NAME_WIDTH,
    0.4 * width,
    Math.max(0, ...bars.map(({ label }) => widthOf(label))),
  );
  const labels = names + 16;
  const [low, high] = extent([0, ...bars.map(({ value }) => value)]);
  const x = linear(low, high, labels + (low < 0 ? values : 8), width - right - values);
  const bottom = top + bars.length * rowHeight;
  const zero = element("line", { class: "zero", x1: x(0), x2: x(0), y1: top - 4, y2: bottom });
  const rows = bars.map(({ label, value }, at) => {
    const y = top + at * rowHeight;
    const [from, to] = value < 0 ? [x(value), x(0)] : [x(0), x(value)];
    const shape = element("rect", {
      class: value < 0 ? "under" : "bar",
      x: from,
      y: y + 3,
      width: Math.max(0.5, to - from),
      height: rowHeight - 6,
      rx: 2,
    });
    const number = text(value < 0 ? from - 6 : to + 6, y + 15, valueLabel(value), {
      "text-anchor": value < 0 ? "end" : "start",
      class: "axis",
    });
    return text(labels - 8, y + 15, shorten(label, names), { "text-anchor": "end" }) + shape + number;
  });
  const heading = text(x(0), 14, title, { class: "axis", "text-anchor": "middle" });
  return { markup: heading + zero + rows.join(""), height: bottom + 8 };
}

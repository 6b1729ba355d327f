import { element } from "../markup";
import type { Series } from "./data";
import { alongAxis, axisTitle, left, legend, type Plot, right, ticksFor, valueAxis } from "./frame";
import { type Along, extent, linear, scaleAlong } from "./scale";

export const MAX_LINES = 8;

export function lineChart(
  all: readonly Series[],
  along: Along,
  title: string,
  width: number,
): { markup: string; height: number; plots: readonly Plot[] } {
  const series = all.slice(0, MAX_LINES);
  const keys = legend(series.length > 1 ? series.map(({ name }) => name) : [], 18, width);
  const [top, bottom] = [30 + keys.height, 310 + keys.height];
  const points = series.flatMap((one) => one.points);
  const [firstX, lastX] = extent(points.map(({ x }) => x));
  const [low, high] = extent(points.map(({ y }) => y));
  const x = scaleAlong[along](firstX, lastX, left, width - right, ticksFor(width));
  const y = linear(low, high, bottom, top);
  const lines = series
    .map((one, at) => {
      const tone = `s${at + 1}`;
      const [only, ...more] = one.points;
      if (only && more.length === 0)
        return element("circle", { class: `dot ${tone}`, cx: x(only.x), cy: y(only.y), r: 3 });
      const path = one.points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(" ");
      return element("polyline", { class: `line ${tone}`, points: path });
    })
    .join("");
  const heading = axisTitle(title, top - 14);
  return {
    markup: keys.markup + heading + valueAxis(y, width) + alongAxis(x, bottom, along, width) + lines,
    height: bottom + 32,
    plots: [{ x, y, top, bottom }],
  };
}

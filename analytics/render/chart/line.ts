import { element } from "../markup";
import type { Series } from "./data";
import { left, legend, right, timeAxis, valueAxis, width } from "./frame";
import { extent, linear, time } from "./scale";

/** More lines than this cannot be told apart. */
export const mostLines = 8;

export function lineChart(all: readonly Series[], isTime: boolean): { markup: string; height: number } {
  const series = all.slice(0, mostLines);
  const keys = legend(series.length > 1 ? series.map(({ name }) => name) : [], 18);
  const [top, bottom] = [16 + keys.height, 300 + keys.height];
  const points = series.flatMap((one) => one.points);
  const [firstX, lastX] = extent(points.map(({ x }) => x));
  const [low, high] = extent(points.map(({ y }) => y));
  const x = (isTime ? time : linear)(firstX, lastX, left, width - right);
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
  return { markup: keys.markup + valueAxis(y) + timeAxis(x, bottom, isTime) + lines, height: bottom + 32 };
}

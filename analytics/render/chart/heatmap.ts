import { element } from "../markup";
import { shorten, text, widthOf } from "./frame";
import { extent, valueLabel } from "./scale";

export interface Cell {
  readonly x: string;
  readonly y: string;
  readonly value: number | undefined;
}

const MAX_NAME_WIDTH = 180;
const MAX_NAMES = 40;

/** All numbers of a chart have the same number of decimals, such as 0.50 and 0.57. */
const decimals = (strongest: number): ((value: number) => string) =>
  strongest >= 1_000 ? valueLabel : (value) => value.toFixed(strongest >= 100 ? 0 : strongest > 1 ? 1 : 2);

/** Colour strength shows the size of a value, and hue its sign. Cells without a value are outlined. */
export function heatmap(
  cells: readonly Cell[],
  width: number,
): { markup: string; height: number; omitted?: string } {
  const [allXs, allYs] = [new Set(cells.map(({ x }) => x)), new Set(cells.map(({ y }) => y))];
  const [xs, ys] = [[...allXs].slice(0, MAX_NAMES), [...allYs].slice(0, MAX_NAMES)];
  const known = cells.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const [low, high] = extent(known);
  const strongest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const nameWidth = Math.min(MAX_NAME_WIDTH, 0.3 * width);
  const left = 16 + Math.min(nameWidth, Math.max(0, ...ys.map(widthOf)));
  const size = Math.min(56, (width - left - Math.min(60, 0.1 * width)) / Math.max(1, xs.length));
  const upright = xs.every((name) => widthOf(name) <= size);
  const top = upright ? 28 : 84;
  const number = decimals(strongest);
  const height = Math.max(18, Math.min(36, size));
  const heads = xs.map((name, at) => {
    const [x, y] = [left + at * size + size / 2, top - 8];
    return upright
      ? text(x, y, name, { "text-anchor": "middle", class: "axis" })
      : text(x, y, shorten(name, 96), { transform: `rotate(-40 ${x} ${y})`, class: "axis" });
  });
  const names = ys.map((name, at) =>
    text(left - 8, top + at * height + height / 2 + 4, shorten(name, nameWidth), {
      "text-anchor": "end",
    }),
  );
  const boxes = cells.map(({ x, y, value }) => {
    const [column, row] = [xs.indexOf(x), ys.indexOf(y)];
    if (column < 0 || row < 0) return "";
    const box = { x: left + column * size, y: top + row * height, width: size - 1, height: height - 1 };
    if (value === undefined) return element("rect", { ...box, class: "void" });
    const strength = Math.abs(value) / strongest;
    const shape = element("rect", {
      ...box,
      class: value < 0 ? "less" : "more",
      "fill-opacity": 0.06 + 0.46 * strength,
    });
    const label = text(box.x + size / 2, box.y + height / 2 + 4, number(value), {
      "text-anchor": "middle",
    });
    return shape + (size >= 30 ? label : "");
  });
  const complete = allXs.size <= MAX_NAMES && allYs.size <= MAX_NAMES;
  return {
    markup: heads.join("") + names.join("") + boxes.join(""),
    height: top + ys.length * height + 12,
    ...(!complete && {
      omitted: `The chart shows ${xs.length} of ${allXs.size} columns and ${ys.length} of ${allYs.size} rows.`,
    }),
  };
}

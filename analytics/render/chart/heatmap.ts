import { element } from "../markup";
import { shorten, text, width } from "./frame";
import { extent, valueLabel } from "./scale";

export interface Cell {
  readonly x: string;
  readonly y: string;
  readonly value: number | undefined;
}

/** Values as strength of colour: one hue when all have one sign, two hues about zero when not. Empty cells are outlined. */
export function heatmap(cells: readonly Cell[]): { markup: string; height: number } {
  const xs = [...new Set(cells.map(({ x }) => x))].slice(0, 40);
  const ys = [...new Set(cells.map(({ y }) => y))].slice(0, 40);
  const known = cells.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const [low, high] = extent(known);
  const strongest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [left, top] = [130, 84];
  const size = Math.min(56, (width - left - 20) / Math.max(1, xs.length));
  const height = Math.max(18, Math.min(36, size));
  const heads = xs.map((name, at) => {
    const [x, y] = [left + at * size + size / 2, top - 8];
    return text(x, y, shorten(name, 12), { transform: `rotate(-40 ${x} ${y})`, class: "axis" });
  });
  const names = ys.map((name, at) =>
    text(left - 8, top + at * height + height / 2 + 4, shorten(name, 18), { "text-anchor": "end" }),
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
      "fill-opacity": 0.08 + 0.62 * strength,
    });
    const label = text(box.x + size / 2, box.y + height / 2 + 4, valueLabel(Number(value.toPrecision(2))), {
      "text-anchor": "middle",
    });
    return shape + (size >= 30 ? label : "");
  });
  return { markup: heads.join("") + names.join("") + boxes.join(""), height: top + ys.length * height + 12 };
}

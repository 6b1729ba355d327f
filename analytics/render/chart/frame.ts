import { element, escapeMarkup } from "../markup";
import { type Scale, timeLabel, valueLabel } from "./scale";

export const width = 860;
export const left = 64;
export const right = 20;

export const text = (
  x: number,
  y: number,
  content: string,
  more: Record<string, string | number> = {},
): string => element("text", { x, y, ...more }, escapeMarkup(content));

export const shorten = (label: string, length: number): string =>
  label.length > length ? `${[...label].slice(0, length - 1).join("")}…` : label;

/** Horizontal grid with the values at its left. */
export const valueAxis = (scale: Scale): string =>
  scale.ticks
    .map((tick) => {
      const y = scale(tick);
      const line = element("line", {
        class: tick === 0 ? "zero" : "grid",
        x1: left,
        x2: width - right,
        y1: y,
        y2: y,
      });
      return line + text(left - 8, y + 4, valueLabel(tick), { class: "axis", "text-anchor": "end" });
    })
    .join("");

export const timeAxis = (scale: Scale, bottom: number, isTime: boolean): string =>
  scale.ticks
    .map((tick) => {
      const label = isTime ? timeLabel(tick, scale.ticks) : valueLabel(tick);
      return text(scale(tick), bottom + 18, label, { class: "axis", "text-anchor": "middle" });
    })
    .join("");

/** Names with their colours, in as many rows as they need. */
export function legend(names: readonly string[], top: number): { markup: string; height: number } {
  let [x, y] = [left, top];
  const markup = names
    .map((name, at) => {
      const label = shorten(name, 24);
      const size = 34 + label.length * 6.6;
      if (x + size > width - right) [x, y] = [left, y + 18];
      const part =
        element("line", { class: `key s${(at % 8) + 1}`, x1: x, x2: x + 16, y1: y, y2: y }) +
        text(x + 22, y + 4, label);
      x += size;
      return part;
    })
    .join("");
  return { markup, height: names.length > 0 ? y - top + 20 : 0 };
}

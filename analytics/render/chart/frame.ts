import { element, escapeMarkup } from "../markup";
import { type Along, type Scale, timeLabel, valueLabel } from "./scale";

/** Where a chart draws its values, for what reacts to a pointer. */
export interface Plot {
  readonly x: Scale;
  readonly y: Scale;
  readonly top: number;
  readonly bottom: number;
}

export const WIDE = 860;
/** Fits a telephone of 390 pixels with the page's margins. */
export const NARROW = 350;
export const left = 64;
export const right = 20;

export const text = (
  x: number,
  y: number,
  content: string,
  more: Record<string, string | number> = {},
): string => element("text", { x, y, ...more }, escapeMarkup(content));

/** Approximate width of a letter in the chart's font, rather too wide, so that labels are not cut off. */
const letterWidth = (letter: string): number =>
  /[\p{Lu}@%&WMm]/u.test(letter) ? 9 : /[^\u0000-\u2fff]/u.test(letter) ? 13 : 7;

export const widthOf = (label: string): number =>
  [...label].reduce((sum, letter) => sum + letterWidth(letter), 0);

/** Shortens a label to a width. */
export function shorten(label: string, maxWidth: number): string {
  if (widthOf(label) <= maxWidth) return label;
  const letters = [...label];
  while (letters.length > 0 && widthOf(letters.join("")) + letterWidth("…") > maxWidth) letters.pop();
  return `${letters.join("")}…`;
}

/** The title above an axis. */
export const axisTitle = (title: string, y: number): string => text(8, y, title, { class: "axis" });

/** Horizontal grid lines with their values at the left. */
export const valueAxis = (scale: Scale, width: number): string =>
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

/** How many labels fit the horizontal axis. */
export const ticksFor = (width: number): number => Math.max(2, Math.min(6, Math.floor(width / 120)));

export const alongAxis = (scale: Scale, bottom: number, along: Along, width: number): string =>
  (along === "time" ? axisTitle("UTC", bottom + 18) : "") +
  scale.ticks
    .map((tick) => {
      const label = along !== "number" ? timeLabel(tick, scale.ticks) : valueLabel(tick);
      const x = scale(tick);
      const half = widthOf(label) / 2;
      // "UTC" is at the left edge.
      const anchor = x + half > width ? "end" : along === "time" && x - half < 40 ? "start" : "middle";
      return text(anchor === "end" ? width - 2 : x, bottom + 18, label, {
        class: "axis",
        "text-anchor": anchor,
      });
    })
    .join("");

/** Series names with their colours, wrapped into rows. */
export function legend(
  names: readonly string[],
  top: number,
  width: number,
): { markup: string; height: number } {
  let [x, y] = [left, top];
  const markup = names
    .map((name, at) => {
      const label = shorten(name, 180);
      const size = 34 + widthOf(label);
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

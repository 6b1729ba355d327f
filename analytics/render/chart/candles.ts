import { element } from "../markup";
import type { Candle } from "./data";
import { alongAxis, left, type Plot, right, text, ticksFor, valueAxis } from "./frame";
import { type Along, extent, linear, scaleAlong } from "./scale";

export const MAX_PANELS = 4;
const PANEL_HEIGHT = 240;

/** One panel per series, because prices of different coins differ in size. Rising candles are hollow, falling ones filled. */
export function candleChart(
  all: readonly { name: string; candles: readonly Candle[] }[],
  along: Along,
  title: string,
  width: number,
) {
  const panels = all
    .slice(0, MAX_PANELS)
    .filter(({ candles }) => candles.length > 0)
    .map(({ name, candles }, at) =>
      panel([name, title].filter(Boolean).join(", "), candles, at * (PANEL_HEIGHT + 48), along, width),
    );
  return {
    markup: panels.map(({ markup }) => markup).join(""),
    height: Math.max(1, panels.length) * (PANEL_HEIGHT + 48),
    plots: panels.map(({ plot }) => plot),
  };
}

function panel(
  name: string,
  candles: readonly Candle[],
  offset: number,
  along: Along,
  width: number,
): { markup: string; plot: Plot } {
  const [top, bottom] = [offset + 26, offset + PANEL_HEIGHT];
  const [low, high] = extent(candles.flatMap((candle) => [candle.low, candle.high]));
  const [first, last] = extent(candles.map(({ x }) => x));
  const slot = (width - right - left) / candles.length;
  const body = Math.max(1, Math.min(14, slot * 0.6));
  const x = scaleAlong[along](first, last, left + slot / 2, width - right - slot / 2, ticksFor(width));
  const y = linear(low, high, bottom, top);
  const shapes = candles.map((candle) => {
    const tone = candle.close >= candle.open ? "up" : "down";
    const [upper, lower] = [y(Math.max(candle.open, candle.close)), y(Math.min(candle.open, candle.close))];
    const at = x(candle.x);
    return (
      element("line", { class: tone, x1: at, x2: at, y1: y(candle.high), y2: y(candle.low) }) +
      element("rect", {
        class: tone,
        x: at - body / 2,
        y: upper,
        width: body,
        height: Math.max(1, lower - upper),
      })
    );
  });
  const axes = valueAxis(y, width) + alongAxis(x, bottom, along, width);
  return { markup: text(left, offset + 14, name) + axes + shapes.join(""), plot: { x, y, top, bottom } };
}

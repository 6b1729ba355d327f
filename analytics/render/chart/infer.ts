import type { Chart } from "../../../sql/library/model";
import { isNumber, isText, isTime, type RenderColumn } from "../model";

export const noChart =
  "the columns suit none; a time and a number draw lines, one for each value of a text column; a text and a number draw bars; " +
  "columns named open, high, low and close draw candles";

/** The chart of a query that declares none. Undefined when its columns suit no chart. */
export function inferChart(columns: readonly RenderColumn[]): Chart | undefined {
  const named = (test: (column: RenderColumn) => boolean): string[] =>
    columns.filter(test).map(({ name }) => name);
  const [time] = named(({ type }) => isTime(type) || type === "date");
  const [label] = named(({ type }) => isText(type));
  const numbers = named(({ type }) => isNumber(type));
  const series = label === undefined ? {} : { series: [label] };
  const prices = ["open", "high", "low", "close"].map((price) => [
    price,
    numbers.filter((name) => new RegExp(`^${price}(_|$)`, "i").test(name)).slice(0, 1),
  ]);
  if (time !== undefined && prices.every(([, found]) => found?.length === 1))
    return { kind: "candlestick", columns: { x: [time], ...Object.fromEntries(prices), ...series } };
  const [first, second] = numbers;
  if (first === undefined) return undefined;
  if (time !== undefined) return { kind: "line", columns: { x: [time], y: [first], ...series } };
  if (label !== undefined)
    return { kind: "bar", columns: { x: named(({ type }) => isText(type)), y: [first] } };
  // Numbers alone: the first one names the bars, such as an hour of the day.
  return second === undefined ? undefined : { kind: "bar", columns: { x: [first], y: [second] } };
}

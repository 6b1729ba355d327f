import { extent } from "../render/chart/scale";
import { element } from "../render/markup";

const [WIDTH, HEIGHT] = [200, 48];
const MOST_POINTS = 100;

/** A small line without axes. The figures beside it say the same in text, so that it is hidden from screen readers. */
export function sparkLine(all: readonly number[]): string {
  const values = thinned(all);
  if (values.length < 2) return "";
  const [low, high] = extent(values);
  const x = (at: number) => ((at * WIDTH) / (values.length - 1)).toFixed(1);
  const y = (value: number) =>
    (high === low ? HEIGHT / 2 : 2 + ((high - value) / (high - low)) * (HEIGHT - 4)).toFixed(1);
  const points = values.map((value, at) => `${x(at)},${y(value)}`);
  const tone = (values.at(-1) ?? 0) >= (values[0] ?? 0) ? "rise" : "fall";
  return drawing(
    element("path", { d: `M0,${HEIGHT} L${points.join(" L")} L${WIDTH},${HEIGHT} Z` }) +
      element("polyline", { class: tone, points: points.join(" ") }),
  );
}

export function sparkBars(values: readonly number[]): string {
  if (values.length < 2) return "";
  const [low, high] = extent([0, ...values]);
  const slot = WIDTH / values.length;
  const y = (value: number) => ((high - value) / (high - low || 1)) * HEIGHT;
  return drawing(
    values
      .map((value, at) =>
        element("rect", {
          ...(value < 0 && { class: "fall" }),
          x: at * slot + 1,
          y: y(Math.max(0, value)),
          width: Math.max(1, slot - 2),
          height: Math.max(1, Math.abs(y(value) - y(0))),
        }),
      )
      .join(""),
  );
}

const drawing = (content: string): string =>
  element(
    "svg",
    { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    content,
  );

/** Every n-th value and the last one. */
function thinned(values: readonly number[]): readonly number[] {
  const step = Math.ceil(values.length / MOST_POINTS);
  return values.filter((_, at) => at % step === 0 || at === values.length - 1);
}

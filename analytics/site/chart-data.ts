import { MAX_PANELS } from "../render/chart/candles";
import { type Candle, candlesOf, rolesOf, type Series, seriesOf } from "../render/chart/data";
import { chartTitle } from "../render/chart/draw";
import { MAX_LINES } from "../render/chart/line";
import type { Along } from "../render/chart/scale";
import type { PageResult } from "./model";

/** The values of a chart for the page's script. Bars and heat maps show their values without it. */
export type ChartData =
  | {
      readonly kind: "line";
      readonly along: Along;
      readonly title: string;
      readonly series: readonly Series[];
    }
  | {
      readonly kind: "candlestick";
      readonly along: Along;
      readonly title: string;
      readonly panels: readonly { readonly name: string; readonly candles: readonly Candle[] }[];
    };

export function chartData({ page: { report }, columns, rows }: PageResult): ChartData | undefined {
  const { chart } = report;
  if (!chart || rows.length === 0) return undefined;
  const along = rolesOf(chart, columns).along("x");
  const title = chartTitle(chart, columns);
  if (chart.kind === "line")
    return { kind: "line", along, title, series: seriesOf(chart, columns, rows).slice(0, MAX_LINES) };
  if (chart.kind === "candlestick")
    return {
      kind: "candlestick",
      along,
      title,
      panels: candlesOf(chart, columns, rows).slice(0, MAX_PANELS),
    };
  return undefined;
}

/** JSON in a script element. An escaped "<" can neither close the element nor begin a comment. */
export const dataElement = (data: ChartData): string =>
  `<script type="application/json" class="chart-data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`;

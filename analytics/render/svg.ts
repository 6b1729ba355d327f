import { UsageError } from "../../tools/kit/errors";
import { drawChart } from "./chart/draw";
import { chartStyle } from "./chart/style";
import { hold } from "./held";
import type { RenderInput } from "./model";

/** Rows a chart is drawn from; more could not be told apart. */
export const chartRows = 20_000;

export async function* svg(input: RenderInput): AsyncGenerator<string> {
  if (!input.chart) throw new UsageError(`"${input.title}" has no chart; take another format`);
  const { first, all } = await hold(input.rows, chartRows);
  await all.return(undefined);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n${drawChart(input.chart, input, first, chartStyle).markup}\n`;
}

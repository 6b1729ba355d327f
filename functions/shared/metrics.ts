import type { Context } from "./context";

export type Unit = "Count" | "Seconds" | "Milliseconds" | "Bytes";

const NAMESPACE = "pricelake";

/**
 * Writes metrics as a log line in CloudWatch's embedded metric format, which needs no API call and cannot
 * fail. The dimension is the function's name, which contains environment and feed.
 */
export function metricLine(
  context: Pick<Context, "functionName">,
  metrics: Readonly<Record<string, readonly [number, Unit]>>,
  now: number,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [["FunctionName"]],
          Metrics: Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
    FunctionName: context.functionName,
    ...Object.fromEntries(Object.entries(metrics).map(([name, [value]]) => [name, value])),
  });
}

export function emitMetrics(
  ...[context, metrics]: [Parameters<typeof metricLine>[0], Parameters<typeof metricLine>[1]]
): void {
  process.stdout.write(`${metricLine(context, metrics, Date.now())}\n`);
}

export const counts = (values: Readonly<Record<string, number>>): Record<string, readonly [number, Unit]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, "Count"]]));

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
  dimensions: Readonly<Record<string, string>> = {},
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [["FunctionName", ...Object.keys(dimensions)]],
          Metrics: Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
    FunctionName: context.functionName,
    ...dimensions,
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

/** Each name is a metric that CloudWatch bills, so a producer that makes up names must not create any number of them. */
const MOST_FIELDS = 20;
const OTHER_FIELDS = "(other)";

/**
 * Writes the rows per unknown field, with the field's name as a dimension. The first names that a container sees have
 * metrics of their own.
 */
export class UnknownFieldMetrics {
  readonly #names = new Set<string>();

  lines(context: Pick<Context, "functionName">, rowsByName: Readonly<Record<string, number>>, now: number) {
    const rows = new Map<string, number>();
    for (const [name, count] of Object.entries(rowsByName)) {
      const field = this.#fieldOf(name);
      rows.set(field, (rows.get(field) ?? 0) + count);
    }
    return [...rows].map(([Field, count]) =>
      metricLine(context, counts({ UnknownFieldRows: count }), now, { Field }),
    );
  }

  emit(context: Pick<Context, "functionName">, rowsByName: Readonly<Record<string, number>>): void {
    for (const line of this.lines(context, rowsByName, Date.now())) process.stdout.write(`${line}\n`);
  }

  #fieldOf(name: string): string {
    // A dimension's value is ASCII, up to 1,024 characters, not blank and does not begin with a colon (PutMetricData).
    const field = name
      .replace(/[^\x20-\x7e]/g, "?")
      .replace(/^[\s:]+/, "")
      .slice(0, 100);
    if (field === "") return OTHER_FIELDS;
    if (this.#names.size < MOST_FIELDS) this.#names.add(field);
    return this.#names.has(field) ? field : OTHER_FIELDS;
  }
}

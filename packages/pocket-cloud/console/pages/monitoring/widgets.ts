/** A dashboard's body as CloudWatch stores it: "Dashboard body structure and syntax", CloudWatch API Reference. */
export interface Widget {
  readonly type: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly properties: {
    readonly title?: string;
    readonly view?: string;
    readonly stat?: string;
    readonly period?: number;
    readonly stacked?: boolean;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly annotations?: {
      readonly horizontal?: readonly { readonly value?: number; readonly label?: string }[];
    };
  };
}

interface Options {
  readonly stat?: string;
  readonly period?: number;
  readonly label?: string;
  readonly id?: string;
  readonly expression?: string;
  readonly visible?: boolean;
}

export interface Query {
  readonly Id: string;
  readonly Label?: string;
  readonly ReturnData: boolean;
  readonly Expression?: string;
  readonly Period?: number;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export const widgetsOf = (body: string): readonly Widget[] =>
  (JSON.parse(body) as { widgets?: Widget[] }).widgets ?? [];

/**
 * The queries of a widget's metrics. A metric is [namespace, name, dimension, value, …, options?]; "." repeats the part of
 * the metric before, and "..." all parts that are not given.
 */
export function queriesOf({ properties }: Widget, leastPeriod: number): Query[] {
  const { metrics = [], stat = "Average", period = 300 } = properties;
  let before: string[] = [];
  return metrics.map((metric, index) => {
    const last = metric.at(-1);
    const options = (typeof last === "object" && last !== null ? last : {}) as Options;
    const parts = unfold(
      metric.filter((part): part is string => typeof part === "string"),
      before,
    );
    const common = { Id: options.id ?? `q${index}`, ReturnData: options.visible !== false };
    const seconds = Math.max(options.period ?? period, leastPeriod);
    if (options.expression !== undefined)
      return {
        ...common,
        Expression: options.expression,
        Period: seconds,
        Label: options.label ?? options.expression,
      };
    before = parts;
    const [Namespace = "", MetricName = "", ...pairs] = parts;
    const Dimensions = Array.from({ length: Math.floor(pairs.length / 2) }, (_, at) => ({
      Name: pairs[at * 2] ?? "",
      Value: pairs[at * 2 + 1] ?? "",
    }));
    return {
      ...common,
      Label: options.label ?? [...Dimensions.map(({ Value }) => Value), MetricName].join(" "),
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions },
        Period: seconds,
        Stat: options.stat ?? stat,
      },
    };
  });
}

function unfold(parts: readonly string[], before: readonly string[]): string[] {
  if (parts[0] === "...") {
    const own = parts.slice(1);
    return [...before.slice(0, before.length - own.length), ...own];
  }
  return parts.map((part, index) => (part === "." ? (before[index] ?? "") : part));
}

/** Without the words that all labels share: they are in the title. */
export function shortLabels(labels: readonly string[]): string[] {
  const words = labels.map((label) => label.split(" "));
  const [first = []] = words;
  if (labels.length < 2) return [first.at(-1) ?? ""];
  const shared = new Set(first.filter((word) => words.every((each) => each.includes(word))));
  const short = words.map((each) => each.filter((word) => !shared.has(word)).join(" "));
  return short.map((label, index) => label || (labels[index] ?? ""));
}

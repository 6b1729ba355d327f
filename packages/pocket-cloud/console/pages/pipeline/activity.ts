import { last, type Metric, most, type Points, sum } from "../kit/metrics";
import { MEASURES } from "./measures";
import type { Node } from "./model";

/** What a node does now, from its metrics. */
export interface Activity {
  /** Per minute, of the last minutes. */
  readonly rate: number | undefined;
  /** In the shown time. */
  readonly total: number;
  readonly unit: string;
  readonly errors: number;
  /** Milliseconds by which it is behind its source. */
  readonly lag: number | undefined;
  readonly points: Points;
}

const metricsOf = ({ kind, name }: Node): Metric[] => {
  const measures = MEASURES[kind];
  if (!measures) return [];
  const { namespace, dimension, volume, errors, lag } = measures;
  const one = (metric: string, stat: string): Metric => ({
    namespace,
    name: metric,
    dimensions: { [dimension]: name },
    stat,
  });
  return [
    one(volume, "Sum"),
    ...errors.map((error) => one(error, "Sum")),
    ...(lag ? [one(lag.name, "Maximum")] : []),
  ];
};

/** The metrics of all nodes in one list, so that one call reads them. */
export const metricsOfNodes = (nodes: readonly Node[]): Metric[] => nodes.flatMap(metricsOf);

const RATE_MS = 10 * 60_000;

/** What the nodes do, from the points of `metricsOfNodes`. */
export function activitiesOf(
  nodes: readonly Node[],
  points: readonly Points[],
  now: number,
): ReadonlyMap<string, Activity> {
  let at = 0;
  const next = () => points[at++] ?? [];
  return new Map(
    nodes.flatMap((node): [string, Activity][] => {
      const measures = MEASURES[node.kind];
      if (!measures) return [];
      const volume = next();
      const errors = measures.errors.reduce((total) => total + sum(next()), 0);
      const lag = measures.lag ? next() : undefined;
      const recent = most(lag, now - RATE_MS) ?? last(lag);
      return [
        [
          node.id,
          {
            rate: volume.length === 0 ? undefined : sum(volume, now - RATE_MS) / (RATE_MS / 60_000),
            total: sum(volume),
            unit: measures.unit,
            errors,
            lag: recent === undefined ? undefined : recent * (measures.lag?.millis ?? 1),
            points: volume,
          },
        ],
      ];
    }),
  );
}

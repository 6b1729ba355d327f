import { type CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { names } from "../../data/names";
import { periodFor } from "./health";

export interface Polled {
  readonly polls: number;
  /** Events sent by the poller, by its own metric: the input of the pipeline. */
  readonly events: number;
}

/** Sums the poller's metrics between two instants in milliseconds. */
export async function countPolled(
  cloudwatch: CloudWatchClient,
  env: string,
  from: number,
  to: number,
): Promise<Polled> {
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "pricelake",
      MetricName: "Events",
      Dimensions: [{ Name: "FunctionName", Value: names(env).function("poll-prices") }],
      StartTime: new Date(from),
      EndTime: new Date(to),
      Period: periodFor(to - from),
      Statistics: ["Sum", "SampleCount"],
    }),
  );
  const sum = (read: (point: NonNullable<typeof Datapoints>[number]) => number | undefined) =>
    (Datapoints ?? []).reduce((total, point) => total + (read(point) ?? 0), 0);
  return { polls: sum((point) => point.SampleCount), events: sum((point) => point.Sum) };
}

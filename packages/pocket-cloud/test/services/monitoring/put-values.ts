import { type CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Lab } from "../lambda/lab";

export const MINUTE = 60_000;

/** Stores values of a metric of the namespace lake. */
export const putValues = (
  { cloud }: Lab,
  cloudwatch: CloudWatchClient,
  MetricName: string,
  Values: number[],
  minutesAgo: number,
) =>
  cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: "lake",
      MetricData: [{ MetricName, Values, Timestamp: new Date(cloud.clock.now() - minutesAgo * MINUTE) }],
    }),
  );

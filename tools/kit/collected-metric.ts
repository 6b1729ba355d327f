import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import type { Connection } from "./connect";
import { messageOf } from "./errors";

const NAMESPACE = "pricelake";
const METRIC = "Collected";
const dimensions = (stream: string) => [{ Name: "StreamName", Value: stream }];
const HOUR_SECONDS = 3600;

/**
 * Counts events that a command sends into the stream of a polled feed. The poller's own metric counts only polls, and both
 * together are the input of the pipeline.
 */
export function collectedMetric(connection: Connection, stream: string, onFailure: (reason: string) => void) {
  const cloudwatch = new CloudWatchClient(connection);
  return {
    add: async (events: number): Promise<void> => {
      const datum = {
        MetricName: METRIC,
        Dimensions: dimensions(stream),
        Value: events,
        Unit: "Count" as const,
      };
      try {
        await cloudwatch.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData: [datum] }));
      } catch (error) {
        onFailure(`the metric ${METRIC} is not written: ${messageOf(error)}`);
      }
    },
    close: () => cloudwatch.destroy(),
  };
}

/** Events that commands have sent into a stream between two instants in milliseconds. */
export async function countCollected(
  cloudwatch: CloudWatchClient,
  stream: string,
  from: number,
  to: number,
): Promise<number> {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: NAMESPACE,
      MetricName: METRIC,
      Dimensions: dimensions(stream),
      StartTime: new Date(from),
      EndTime: new Date(to),
      Period: HOUR_SECONDS,
      Statistics: ["Sum"],
    }),
  );
  return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
}

import { type CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";

const RETENTION_MS = 7 * 86_400_000;

/** Bytes that a stream may still hold until an instant in milliseconds, by its metric. */
export async function streamedBytes(
  cloudwatch: CloudWatchClient,
  stream: string,
  to: number,
): Promise<number> {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/Kinesis",
      MetricName: "IncomingBytes",
      Dimensions: [{ Name: "StreamName", Value: stream }],
      StartTime: new Date(to - RETENTION_MS),
      EndTime: new Date(to + 3_600_000),
      Period: 3600,
      Statistics: ["Sum"],
    }),
  );
  return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
}

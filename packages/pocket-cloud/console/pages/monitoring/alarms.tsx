import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { call, type Json } from "../kit/api";
import { allPages } from "../kit/live";
import type { Node } from "../pipeline/model";

export type Alarm = Json<MetricAlarm>;

export const readAlarms = (signal: AbortSignal): Promise<Alarm[]> =>
  allPages(
    (NextToken) => call("monitoring", "DescribeAlarms", { MaxRecords: 100, NextToken }, signal),
    ({ MetricAlarms }) => MetricAlarms,
    ({ NextToken }) => NextToken,
  );

/** The dimensions by which metrics name a resource. */
const NAMING = new Set([
  "StreamName",
  "FunctionName",
  "DeliveryStreamName",
  "TableName",
  "TopicName",
  "QueueName",
  "BucketName",
]);

/** The alarms on metrics of a node. */
export const alarmsOn = ({ name }: Node, alarms: readonly Alarm[]): Alarm[] =>
  alarms.filter(({ Dimensions = [], Metrics = [] }) =>
    [...Dimensions, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric?.Dimensions ?? [])].some(
      ({ Name = "", Value }) => NAMING.has(Name) && Value === name,
    ),
  );

import type { MetricsName } from "@aws-sdk/client-kinesis";
import { invalidArgument } from "../errors";
import type { Stream } from "../model";
import { type Make, onStream } from "../operation";
import type { KinesisStore } from "../store";

const METRICS: readonly MetricsName[] = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
];

function expandAll(names: readonly MetricsName[]): readonly MetricsName[] {
  if (!names.includes("ALL")) return names;
  if (names.length > 1) throw invalidArgument("ShardLevelMetrics cannot have ALL with other metric names");
  return METRICS;
}

function setMetrics(store: KinesisStore, stream: Stream, metrics: readonly MetricsName[]) {
  const before = stream.enhancedMetrics as MetricsName[];
  store.change(stream, { enhancedMetrics: [...metrics] });
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    CurrentShardLevelMetrics: before,
    DesiredShardLevelMetrics: [...metrics],
  };
}

export const EnableEnhancedMonitoring: Make<"EnableEnhancedMonitoring"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    const added = expandAll(input.ShardLevelMetrics ?? []);
    const desired = METRICS.filter((name) => added.includes(name) || stream.enhancedMetrics.includes(name));
    return setMetrics(store, stream, desired);
  },
});

export const DisableEnhancedMonitoring: Make<"DisableEnhancedMonitoring"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    const dropped = expandAll(input.ShardLevelMetrics ?? []);
    const desired = METRICS.filter(
      (name) => stream.enhancedMetrics.includes(name) && !dropped.includes(name),
    );
    return setMetrics(store, stream, desired);
  },
});

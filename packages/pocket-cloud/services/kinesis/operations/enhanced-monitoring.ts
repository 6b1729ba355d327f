import type { MetricsName } from "@aws-sdk/client-kinesis";
import { invalidArgument } from "../errors";
import type { Stream } from "../model";
import { type Make, named, onStream, streamRules } from "../operation";
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

const rules = { ...streamRules, ShardLevelMetrics: { length: [1, 7] as const } };

function expand(given: readonly MetricsName[]): readonly MetricsName[] {
  if (!given.includes("ALL")) return given;
  if (given.length > 1) throw invalidArgument("ShardLevelMetrics cannot have ALL with other metric names");
  return METRICS;
}

function change(store: KinesisStore, stream: Stream, to: readonly MetricsName[]) {
  const before = stream.enhancedMetrics as MetricsName[];
  store.change(stream, (changing) => {
    changing.enhancedMetrics = [...to];
  });
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    CurrentShardLevelMetrics: before,
    DesiredShardLevelMetrics: [...to],
  };
}

export const enableEnhancedMonitoring: Make<"EnableEnhancedMonitoring"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const added = expand(input.ShardLevelMetrics ?? []);
    const wanted = METRICS.filter((name) => added.includes(name) || stream.enhancedMetrics.includes(name));
    return change(store, stream, wanted);
  },
});

export const disableEnhancedMonitoring: Make<"DisableEnhancedMonitoring"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const dropped = expand(input.ShardLevelMetrics ?? []);
    const wanted = METRICS.filter((name) => stream.enhancedMetrics.includes(name) && !dropped.includes(name));
    return change(store, stream, wanted);
  },
});

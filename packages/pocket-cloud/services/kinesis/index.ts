import type { ServiceFactory } from "../../service";
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from "./operations/consumers";
import { createStream } from "./operations/create-stream";
import { deleteStream } from "./operations/delete-stream";
import { describeLimits } from "./operations/describe-limits";
import { describeStream } from "./operations/describe-stream";
import { describeStreamSummary } from "./operations/describe-stream-summary";
import { startStreamEncryption, stopStreamEncryption } from "./operations/encryption";
import { disableEnhancedMonitoring, enableEnhancedMonitoring } from "./operations/enhanced-monitoring";
import { getRecords } from "./operations/get-records";
import { getShardIterator } from "./operations/get-shard-iterator";
import { listShards } from "./operations/list-shards";
import { listStreams } from "./operations/list-streams";
import { putRecord } from "./operations/put-record";
import { putRecords } from "./operations/put-records";
import { mergeShards, splitShard, updateShardCount } from "./operations/reshard";
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from "./operations/resource-policy";
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from "./operations/retention";
import { subscribeToShard } from "./operations/subscribe-to-shard";
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from "./operations/tags";
import { updateMaxRecordSize } from "./operations/update-max-record-size";
import { updateStreamMode } from "./operations/update-stream-mode";
import { KinesisStore } from "./store";

const TRIM_EVERY = 3_600_000;

export const kinesis: ServiceFactory<"kinesis"> = (cloud) => {
  const store = new KinesisStore(cloud);
  const trimHourly = () => {
    store.trim();
    cloud.clock.schedule(cloud.clock.now() + TRIM_EVERY, trimHourly, "kinesis: expired records");
  };
  return {
    name: "kinesis",
    operations: {
      AddTagsToStream: addTagsToStream(store),
      CreateStream: createStream(store),
      DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod(store),
      DeleteResourcePolicy: deleteResourcePolicy(store),
      DeleteStream: deleteStream(store),
      DeregisterStreamConsumer: deregisterStreamConsumer(store),
      DescribeLimits: describeLimits(store),
      DescribeStream: describeStream(store),
      DescribeStreamConsumer: describeStreamConsumer(store),
      DescribeStreamSummary: describeStreamSummary(store),
      DisableEnhancedMonitoring: disableEnhancedMonitoring(store),
      EnableEnhancedMonitoring: enableEnhancedMonitoring(store),
      GetRecords: getRecords(store),
      GetResourcePolicy: getResourcePolicy(store),
      GetShardIterator: getShardIterator(store),
      IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod(store),
      ListShards: listShards(store),
      ListStreamConsumers: listStreamConsumers(store),
      ListStreams: listStreams(store),
      ListTagsForResource: listTagsForResource(store),
      ListTagsForStream: listTagsForStream(store),
      MergeShards: mergeShards(store),
      PutRecord: putRecord(store),
      PutRecords: putRecords(store),
      PutResourcePolicy: putResourcePolicy(store),
      RegisterStreamConsumer: registerStreamConsumer(store),
      RemoveTagsFromStream: removeTagsFromStream(store),
      SplitShard: splitShard(store),
      StartStreamEncryption: startStreamEncryption(store),
      StopStreamEncryption: stopStreamEncryption(store),
      SubscribeToShard: subscribeToShard(store),
      TagResource: tagResource(store),
      UntagResource: untagResource(store),
      UpdateMaxRecordSize: updateMaxRecordSize(store),
      UpdateShardCount: updateShardCount(store),
      UpdateStreamMode: updateStreamMode(store),
    },
    policyOf: (arn) => store.policyOf(arn),
    start: async () => trimHourly(),
    stop: async () => store.close(),
  };
};

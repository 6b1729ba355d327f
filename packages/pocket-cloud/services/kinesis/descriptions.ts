import type { Shard as ShardShape } from "@aws-sdk/client-kinesis";
import { toDecimal } from "./hash-keys";
import type { Shard, Stream } from "./model";
import { sequenceAt, sequencePrefix } from "./sequence";

/** A shard in DescribeStream and ListShards. */
export function describeShard(shard: Shard): ShardShape {
  const prefix = sequencePrefix(shard);
  return {
    ShardId: shard.id,
    ...(shard.parent !== undefined && { ParentShardId: shard.parent }),
    ...(shard.adjacentParent !== undefined && { AdjacentParentShardId: shard.adjacentParent }),
    HashKeyRange: { StartingHashKey: toDecimal(shard.start), EndingHashKey: toDecimal(shard.end) },
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceAt(prefix, 0),
      ...(shard.lastPosition !== undefined && {
        EndingSequenceNumber: sequenceAt(prefix, shard.lastPosition + 1),
      }),
    },
  };
}

/** The members that DescribeStream and DescribeStreamSummary share. */
export const describeStream = (stream: Stream) => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: "ACTIVE" as const,
  StreamModeDetails: { StreamMode: stream.mode },
  RetentionPeriodHours: stream.retentionHours,
  StreamCreationTimestamp: stream.createdAt,
  EnhancedMonitoring: [{ ShardLevelMetrics: stream.enhancedMetrics as never[] }],
  EncryptionType: encryptionOf(stream),
  ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
});

export const encryptionOf = (stream: Stream): "KMS" | "NONE" => (stream.keyId === undefined ? "NONE" : "KMS");

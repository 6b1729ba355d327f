import type { GetShardIteratorCommandInput, StartingPosition } from "@aws-sdk/client-kinesis";

/** Where reading a shard begins. */
export type Position =
  | { readonly type: "TRIM_HORIZON" }
  | { readonly type: "LATEST" }
  | { readonly type: "AT_TIMESTAMP"; readonly at: Date }
  | { readonly type: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER"; readonly sequence: string };

export const TRIM_HORIZON: Position = { type: "TRIM_HORIZON" };

export const after = (sequence: string): Position => ({ type: "AFTER_SEQUENCE_NUMBER", sequence });

/** The position as GetShardIterator takes it. */
export const iteratorPosition = (
  position: Position,
): Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "StartingSequenceNumber" | "Timestamp"> => ({
  ShardIteratorType: position.type,
  ...("at" in position && { Timestamp: position.at }),
  ...("sequence" in position && { StartingSequenceNumber: position.sequence }),
});

/** The position as SubscribeToShard takes it. */
export const subscriptionPosition = (position: Position): StartingPosition => ({
  Type: position.type,
  ...("at" in position && { Timestamp: position.at }),
  ...("sequence" in position && { SequenceNumber: position.sequence }),
});

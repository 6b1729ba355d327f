import type { kinesis } from "@pulumi/aws";
import type { CallAws } from "../aws";
import { tagging } from "./tagging";
import { arn, type Types, type, until } from "./type";

export const kinesisTypes: Types = {
  "aws:kinesis/stream:Stream": type<kinesis.StreamArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    holdsData: true,
    taggable: tagging.kinesis,
    describe: ({ name = "" }, location) => {
      const streamArn = arn(location, "kinesis", `stream/${name}`);
      return { id: streamArn, outputs: { arn: streamArn, name, region: location.region } };
    },
    create: async ({ name = "", shardCount, streamModeDetails: mode, ...inputs }, { call, tags }) => {
      await call("kinesis", "CreateStream", {
        StreamName: name,
        ...(mode?.streamMode !== "ON_DEMAND" && { ShardCount: shardCount ?? 1 }),
        ...(mode && { StreamModeDetails: { StreamMode: mode.streamMode as never } }),
        // Kinesis refuses an empty map.
        ...(Object.keys(tags).length > 0 && { Tags: { ...tags } }),
      });
      const streamArn = await active(call, name);
      await retain(call, name, 24, inputs.retentionPeriod ?? 24);
      if (inputs.encryptionType === "KMS") await encrypt(call, name, inputs.kmsKeyId);
      return { id: streamArn, outputs: { arn: streamArn } };
    },
    update: async ({ name = "", ...inputs }, { call, old, outputs }) => {
      const mode = inputs.streamModeDetails?.streamMode;
      if (mode && mode !== old.streamModeDetails?.streamMode) {
        const StreamARN = String(outputs.arn);
        await call("kinesis", "UpdateStreamMode", {
          StreamARN,
          StreamModeDetails: { StreamMode: mode as never },
        });
        await active(call, name);
      }
      const shards = inputs.shardCount;
      if (mode !== "ON_DEMAND" && shards !== undefined && shards !== old.shardCount) {
        const TargetShardCount = shards;
        await call("kinesis", "UpdateShardCount", {
          StreamName: name,
          TargetShardCount,
          ScalingType: "UNIFORM_SCALING",
        });
        await active(call, name);
      }
      await retain(call, name, old.retentionPeriod ?? 24, inputs.retentionPeriod ?? 24);
      if (inputs.encryptionType === "KMS") await encrypt(call, name, inputs.kmsKeyId);
      else if (old.encryptionType === "KMS")
        await call("kinesis", "StopStreamEncryption", {
          StreamName: name,
          EncryptionType: "KMS",
          KeyId: old.kmsKeyId ?? AWS_KEY,
        });
    },
    delete: ({ name, enforceConsumerDeletion }, { call }) =>
      call("kinesis", "DeleteStream", {
        StreamName: name,
        ...(enforceConsumerDeletion && { EnforceConsumerDeletion: true }),
      }),
  }),
  "aws:kinesis/streamConsumer:StreamConsumer": type<kinesis.StreamConsumerArgs>({
    nameInput: "name",
    replaceOn: ["name", "streamArn"],
    // The ARN ends with the time of registration.
    describe: ({ name = "", streamArn }) => {
      const consumerArn = `${streamArn}/consumer/${name}:0`;
      return { id: consumerArn, outputs: { arn: consumerArn } };
    },
    create: async ({ name = "", streamArn = "" }, { call }) => {
      const StreamARN = String(streamArn);
      const { Consumer } = await call("kinesis", "RegisterStreamConsumer", { StreamARN, ConsumerName: name });
      const ConsumerARN = Consumer?.ConsumerARN ?? "";
      await until(async () => {
        const { ConsumerDescription } = await call("kinesis", "DescribeStreamConsumer", { ConsumerARN });
        return ConsumerDescription?.ConsumerStatus === "ACTIVE";
      }, `consumer ${name}`);
      return { id: ConsumerARN, outputs: { arn: ConsumerARN } };
    },
    update: async () => {},
    delete: ({ name, streamArn }, { call }) =>
      call("kinesis", "DeregisterStreamConsumer", { ConsumerName: name, StreamARN: String(streamArn) }),
  }),
};

const AWS_KEY = "alias/aws/kinesis";

async function active(call: CallAws, name: string): Promise<string> {
  let streamArn = "";
  await until(async () => {
    const { StreamDescriptionSummary: stream } = await call("kinesis", "DescribeStreamSummary", {
      StreamName: name,
    });
    streamArn = stream?.StreamARN ?? "";
    return stream?.StreamStatus === "ACTIVE";
  }, `stream ${name}`);
  return streamArn;
}

async function retain(call: CallAws, name: string, from: number, to: number): Promise<void> {
  if (from === to) return;
  const operation = to > from ? "IncreaseStreamRetentionPeriod" : "DecreaseStreamRetentionPeriod";
  await call("kinesis", operation, { StreamName: name, RetentionPeriodHours: to });
}

async function encrypt(call: CallAws, name: string, key = AWS_KEY): Promise<void> {
  await call("kinesis", "StartStreamEncryption", { StreamName: name, EncryptionType: "KMS", KeyId: key });
  await active(call, name);
}

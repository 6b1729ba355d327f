import { strict as assert } from "node:assert";
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeLimitsCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetRecordsCommand,
  GetResourcePolicyCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  PutRecordsCommand,
  PutResourcePolicyCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamModeCommand,
  UpdateStreamWarmThroughputCommand,
} from "@aws-sdk/client-kinesis";
import { type Lab, lab } from "./cloud";

const NOON = Date.UTC(2026, 0, 1, 12);
const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";
const StreamName = "ticks";

describe("Kinesis streams", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab({ clock: { simulateFrom: NOON } });
    await at.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1, Tags: { env: "test" } }));
  });
  afterEach(() => at.end());

  const summary = async (input: { StreamName?: string; StreamARN?: string } = { StreamName }) =>
    (await at.kinesis.send(new DescribeStreamSummaryCommand(input))).StreamDescriptionSummary;
  const put = (data: Uint8Array, key = "k", hash?: string) =>
    at.kinesis.send(
      new PutRecordCommand({
        StreamName,
        Data: data,
        PartitionKey: key,
        ...(hash && { ExplicitHashKey: hash }),
      }),
    );

  it("are found by name and by ARN", async () => {
    assert.equal((await summary())?.StreamARN, ARN);
    assert.equal((await summary({ StreamARN: ARN }))?.StreamName, StreamName);
    await assert.rejects(summary({ StreamName: "other" }), {
      name: "ResourceNotFoundException",
      message: "Stream other under account 000000000000 not found.",
    });
  });

  it("are created once", async () => {
    await assert.rejects(at.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })), {
      name: "ResourceInUseException",
      message: "Stream ticks under account 000000000000 already exists.",
    });
    await at.kinesis.send(
      new CreateStreamCommand({ StreamName: "demand", StreamModeDetails: { StreamMode: "ON_DEMAND" } }),
    );
    assert.equal((await summary({ StreamName: "demand" }))?.OpenShardCount, 4);
    const limits = await at.kinesis.send(new DescribeLimitsCommand({}));
    assert.deepEqual([limits.OpenShardCount, limits.OnDemandStreamCount], [1, 1]);
  });

  it("are listed in pages by name", async () => {
    for (const name of ["b", "a", "c"])
      await at.kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
    const first = await at.kinesis.send(new ListStreamsCommand({ Limit: 2 }));
    assert.deepEqual([first.StreamNames, first.HasMoreStreams], [["a", "b"], true]);
    const second = await at.kinesis.send(
      new ListStreamsCommand({ ...(first.NextToken && { NextToken: first.NextToken }) }),
    );
    assert.deepEqual([second.StreamNames, second.HasMoreStreams], [["c", "ticks"], false]);
  });

  it("are tagged through both APIs", async () => {
    await at.kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { a: "1" } }));
    await at.kinesis.send(new TagResourceCommand({ ResourceARN: ARN, Tags: { b: "2" } }));
    await at.kinesis.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["env"] }));
    await at.kinesis.send(new UntagResourceCommand({ ResourceARN: ARN, TagKeys: ["a"] }));
    const expected = [{ Key: "b", Value: "2" }];
    assert.deepEqual((await at.kinesis.send(new ListTagsForStreamCommand({ StreamName }))).Tags, expected);
    assert.deepEqual(
      (await at.kinesis.send(new ListTagsForResourceCommand({ ResourceARN: ARN }))).Tags,
      expected,
    );
  });

  it("are on demand when neither a mode nor shards are given", async () => {
    await at.kinesis.send(new CreateStreamCommand({ StreamName: "plain" }));
    assert.equal((await summary({ StreamName: "plain" }))?.StreamModeDetails?.StreamMode, "ON_DEMAND");
  });

  it("refuse tags with characters that AWS refuses", async () => {
    for (const Tags of [{ "a;b": "1" }, { "a\tb": "1" }, { a: "1,2" }, { "a%b": "1" }])
      await assert.rejects(at.kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags })), {
        name: "InvalidArgumentException",
        message:
          "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.",
      });
  });

  it("keep records longer or shorter, in the right direction", async () => {
    const longer = (RetentionPeriodHours: number) =>
      at.kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
    await longer(48);
    assert.equal((await summary())?.RetentionPeriodHours, 48);
    await assert.rejects(longer(24), { name: "InvalidArgumentException" });
    await assert.rejects(longer(23), {
      name: "InvalidArgumentException",
      message:
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
    });
    await at.kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }));
    assert.equal((await summary())?.RetentionPeriodHours, 24);
  });

  it("mark records put while encryption is on", async () => {
    const KeyId = "alias/aws/kinesis";
    await at.kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
    assert.equal((await put(Buffer.from("secret"))).EncryptionType, "KMS");
    assert.deepEqual([(await summary())?.EncryptionType, (await summary())?.KeyId], ["KMS", KeyId]);
    await at.kinesis.send(new StopStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
    await put(Buffer.from("plain"));
    const { ShardIterator } = await at.kinesis.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records } = await at.kinesis.send(new GetRecordsCommand({ ShardIterator }));
    assert.deepEqual(
      Records?.map(({ EncryptionType }) => EncryptionType),
      ["KMS", undefined],
    );
  });

  it("change mode, record size and shard metrics", async () => {
    await at.kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN: ARN, MaxRecordSizeInKiB: 2048 }));
    await put(Buffer.alloc(1024 * 1024 + 1));
    const on = await at.kinesis.send(
      new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["ALL"] }),
    );
    assert.equal(on.DesiredShardLevelMetrics?.length, 7);
    const off = await at.kinesis.send(
      new DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["IncomingBytes"] }),
    );
    assert.equal(off.DesiredShardLevelMetrics?.length, 6);
    await at.kinesis.send(
      new UpdateStreamModeCommand({ StreamARN: ARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } }),
    );
    assert.equal((await summary())?.StreamModeDetails?.StreamMode, "ON_DEMAND");
  });

  it("refuse large records, long keys and invalid hash keys with AWS's messages", async () => {
    await assert.rejects(put(Buffer.alloc(1024 * 1024 + 1)), {
      name: "ValidationException",
      message:
        "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    });
    await assert.rejects(put(Buffer.from("x"), "k".repeat(257)), { name: "ValidationException" });
    await assert.rejects(put(Buffer.from("x"), "k", (1n << 128n).toString()), {
      name: "InvalidArgumentException",
      message:
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456",
    });
    const Records = Array.from({ length: 501 }, () => ({ Data: Buffer.from("x"), PartitionKey: "k" }));
    await assert.rejects(at.kinesis.send(new PutRecordsCommand({ StreamName, Records })), {
      name: "ValidationException",
    });
    await assert.rejects(at.kinesis.send(new GetRecordsCommand({ ShardIterator: "AAAA" })), {
      name: "InvalidArgumentException",
      message: "Invalid ShardIterator.",
    });
  });

  it("cannot be deleted while they have consumers", async () => {
    const { Consumer } = await at.kinesis.send(
      new RegisterStreamConsumerCommand({ StreamARN: ARN, ConsumerName: "fan" }),
    );
    await assert.rejects(
      at.kinesis.send(new RegisterStreamConsumerCommand({ StreamARN: ARN, ConsumerName: "fan" })),
      { name: "ResourceInUseException" },
    );
    const { Consumers } = await at.kinesis.send(new ListStreamConsumersCommand({ StreamARN: ARN }));
    assert.deepEqual(
      Consumers?.map(({ ConsumerName, ConsumerStatus }) => [ConsumerName, ConsumerStatus]),
      [["fan", "ACTIVE"]],
    );
    await assert.rejects(at.kinesis.send(new DeleteStreamCommand({ StreamName })), {
      name: "ResourceInUseException",
    });
    const ConsumerARN = Consumer?.ConsumerARN ?? "";
    const described = await at.kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    assert.equal(described.ConsumerDescription?.StreamARN, ARN);
    await at.kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    await at.kinesis.send(new DeleteStreamCommand({ StreamName }));
    await assert.rejects(summary(), { name: "ResourceNotFoundException" });
  });

  it("accept only a resource policy about themselves", async () => {
    const policy = (Resource: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "kinesis:GetRecords", Resource },
        ],
      });
    const set = (Policy: string) =>
      at.kinesis.send(new PutResourcePolicyCommand({ ResourceARN: ARN, Policy }));
    await assert.rejects(set(policy("*")), {
      message: "The resource policy's resource must be the same as the resource ARN.",
    });
    await set(policy(ARN));
    assert.equal(
      (await at.kinesis.send(new GetResourcePolicyCommand({ ResourceARN: ARN }))).Policy,
      policy(ARN),
    );
    await at.kinesis.send(new DeleteResourcePolicyCommand({ ResourceARN: ARN }));
    assert.equal((await at.kinesis.send(new GetResourcePolicyCommand({ ResourceARN: ARN }))).Policy, "{}");
  });

  it("list their shards in pages whose tokens expire", async () => {
    await at.kinesis.send(new CreateStreamCommand({ StreamName: "wide", ShardCount: 3 }));
    const first = await at.kinesis.send(new ListShardsCommand({ StreamName: "wide", MaxResults: 2 }));
    const NextToken = first.NextToken ?? "";
    const second = await at.kinesis.send(new ListShardsCommand({ NextToken }));
    assert.deepEqual(
      [...(first.Shards ?? []), ...(second.Shards ?? [])].map(({ ShardId }) => ShardId),
      ["shardId-000000000000", "shardId-000000000001", "shardId-000000000002"],
    );
    await assert.rejects(at.kinesis.send(new ListShardsCommand({ NextToken, StreamName: "wide" })), {
      name: "InvalidArgumentException",
      message: "NextToken and StreamName cannot be provided together.",
    });
    await at.cloud.clock.advanceTo(NOON + 300_001);
    await assert.rejects(at.kinesis.send(new ListShardsCommand({ NextToken })), {
      name: "ExpiredNextTokenException",
    });
  });

  it("name unsupported options", async () => {
    await assert.rejects(
      at.kinesis.send(new UpdateStreamWarmThroughputCommand({ StreamName, WarmThroughputMiBps: 10 })),
      { message: "The embedded cloud does not support the operation UpdateStreamWarmThroughput of kinesis" },
    );
  });
});

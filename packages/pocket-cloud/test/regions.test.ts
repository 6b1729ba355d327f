import { strict as assert } from "node:assert";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { type Cloud, startCloud } from "..";
import { temporaryDirectory } from "./temporary";

describe("Regions", () => {
  const dir = temporaryDirectory();
  let cloud: Cloud;
  const open: { destroy(): void }[] = [];
  before(async () => {
    cloud = await startCloud({ dir: dir.path });
  });
  after(async () => {
    for (const client of open) client.destroy();
    await cloud.stop();
    dir.remove();
  });

  const inRegion = (region: string) => {
    const config = { endpoint: cloud.endpoint, region, credentials: cloud.credentials, maxAttempts: 1 };
    const clients = {
      kinesis: new Kinesis(config),
      kms: new KMS(config),
      sqs: new SQS(config),
      s3: new S3({ ...config, forcePathStyle: true }),
    };
    open.push(...Object.values(clients));
    return clients;
  };

  it("have resources of their own, with the region in their ARNs", async () => {
    const home = inRegion("us-east-1");
    const other = inRegion("eu-west-1");
    await home.kinesis.createStream({ StreamName: "ticks", ShardCount: 1 });
    assert.deepEqual((await other.kinesis.listStreams({})).StreamNames, []);
    await other.kinesis.createStream({ StreamName: "ticks", ShardCount: 2 });
    const summary = async ({ kinesis }: typeof home) => {
      const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: "ticks" });
      return [StreamDescriptionSummary?.StreamARN, StreamDescriptionSummary?.OpenShardCount];
    };
    assert.deepEqual(await summary(home), ["arn:aws:kinesis:us-east-1:000000000000:stream/ticks", 1]);
    assert.deepEqual(await summary(other), ["arn:aws:kinesis:eu-west-1:000000000000:stream/ticks", 2]);
    const { KeyMetadata } = await other.kms.createKey({});
    await assert.rejects(home.kms.describeKey({ KeyId: KeyMetadata?.Arn }), {
      name: "NotFoundException",
      message: "Invalid arn eu-west-1",
    });
  });

  it("share buckets", async () => {
    await inRegion("eu-west-1").s3.createBucket({ Bucket: "shared" });
    const { Buckets = [] } = await inRegion("us-east-1").s3.listBuckets({});
    assert.deepEqual(
      Buckets.map(({ Name }) => Name),
      ["shared"],
    );
  });

  it("keep their resources over a restart and lose them with reset", async () => {
    await inRegion("ap-southeast-2").sqs.createQueue({ QueueName: "kept" });
    await cloud.stop();
    cloud = await startCloud({ dir: dir.path });
    const queues = async () => (await inRegion("ap-southeast-2").sqs.listQueues({})).QueueUrls ?? [];
    assert.deepEqual(await queues(), [`${cloud.endpoint}/000000000000/kept`]);
    await cloud.reset();
    assert.deepEqual(await queues(), []);
  });

  it("that AWS does not have are refused", () =>
    assert.rejects(inRegion("moon-1").kinesis.listStreams({}), {
      name: "InvalidSignatureException",
      message: "Credential should be scoped to a valid region.",
    }));
});

import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { type Cloud, startCloud } from "../cloud";
import { temporaryDirectory } from "./temporary";

describe("The embedded cloud", () => {
  const directories = [temporaryDirectory(), temporaryDirectory()] as const;
  const [{ path: one }, { path: other }] = directories;
  after(() => {
    for (const { remove } of directories) remove();
  });

  const client = ({ endpoint, region, credentials }: Cloud) => ({
    endpoint,
    region,
    credentials,
    maxAttempts: 1,
  });

  it("runs several times in one process, without shared state", async () => {
    const clouds = await Promise.all([
      startCloud({ dir: one, clock: { simulateFrom: Date.UTC(2026, 0, 1) } }),
      startCloud({ dir: other, accountId: "111111111111", clock: { simulateFrom: Date.UTC(2030, 0, 1) } }),
    ]);
    const [first, second] = clouds;
    try {
      const queues = clouds.map((cloud) => new SQS(client(cloud)));
      const urls = await Promise.all(queues.map((sqs) => sqs.createQueue({ QueueName: "jobs" })));
      assert.deepEqual(
        urls.map(({ QueueUrl }) => QueueUrl),
        [`${first.endpoint}/000000000000/jobs`, `${second.endpoint}/111111111111/jobs`],
      );
      await queues[0]?.sendMessage({ QueueUrl: urls[0]?.QueueUrl, MessageBody: "for the first" });
      const { Messages } = (await queues[1]?.receiveMessage({ QueueUrl: urls[1]?.QueueUrl })) ?? {};
      assert.equal(Messages, undefined);
      await first.clock.advanceTo(Date.UTC(2026, 0, 2));
      assert.equal(second.clock.now(), Date.UTC(2030, 0, 1));
      const stranger = new SQS({ ...client(second), credentials: first.credentials });
      await assert.rejects(stranger.listQueues({}), {
        message: "The security token included in the request is invalid.",
      });
      for (const sqs of [...queues, stranger]) sqs.destroy();
    } finally {
      await Promise.all(clouds.map((cloud) => cloud.stop()));
    }
  });

  it("closes its socket and unlocks its directory when a service fails to stop", async () => {
    const cloud = await startCloud({ dir: one });
    const stop = cloud.clock.stop.bind(cloud.clock);
    cloud.clock.stop = async () => {
      await stop();
      throw new Error("a timer would not end");
    };
    await assert.rejects(cloud.stop(), /a timer would not end/);
    await assert.rejects(fetch(`${cloud.endpoint}/_local/health`));
    const again = await startCloud({ dir: one });
    await again.stop();
  });

  it("locks its directory until it stops, then frees port and directory", async () => {
    const cloud = await startCloud({ dir: one });
    await assert.rejects(startCloud({ dir: one }), new RegExp(`process ${process.pid}\\b`));
    const before = new S3({ ...client(cloud), forcePathStyle: true });
    await before.createBucket({ Bucket: "lake" });
    before.destroy();
    const stopped = cloud.stop();
    assert.equal(cloud.stop(), stopped);
    await stopped;
    await assert.rejects(fetch(`${cloud.endpoint}/_local/health`), (error: Error) => {
      assert.equal((error.cause as { code?: string }).code, "ECONNREFUSED");
      return true;
    });
    const again = await startCloud({ dir: one, port: cloud.port });
    assert.equal(again.endpoint, cloud.endpoint);
    const after = new S3({ ...client(cloud), forcePathStyle: true });
    assert.deepEqual(
      (await after.listBuckets({})).Buckets?.map(({ Name }) => Name),
      ["lake"],
    );
    after.destroy();
    await again.stop();
  });

  it("unlocks its directory when its port is in use", async () => {
    const cloud = await startCloud({ dir: one });
    await assert.rejects(startCloud({ dir: other, port: cloud.port }), {
      message: `port ${cloud.port} of 127.0.0.1 is in use; choose another with --port, or 0 for a free one`,
    });
    await (await startCloud({ dir: other })).stop();
    await cloud.stop();
  });
});

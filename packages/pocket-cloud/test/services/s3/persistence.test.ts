import { strict as assert } from "node:assert";
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, lab } from "./cloud";

const Bucket = "the-state";

describe("S3 state", () => {
  const paths = (at: Lab) => {
    const dir = join(at.dir, "cloud", "s3", "buckets", Bucket);
    return { log: join(dir, "objects.log"), objects: join(dir, "objects") };
  };
  const text = async (at: Lab, Key: string) =>
    (await at.s3.getObject({ Bucket, Key })).Body?.transformToString();

  it("survives a restart: objects, uploads, configurations", async () => {
    let at = await lab();
    await at.s3.createBucket({ Bucket });
    await at.s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
    await at.s3.putObject({ Bucket, Key: "k", Body: "kept", Metadata: { m: "1" } });
    await at.s3.putObject({ Bucket, Key: "gone", Body: "x" });
    await at.s3.deleteObject({ Bucket, Key: "gone" });
    const { UploadId } = await at.s3.createMultipartUpload({ Bucket, Key: "parts" });
    const { ETag } = await at.s3.uploadPart({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: "one" });
    at = await at.restart();
    try {
      const got = await at.s3.getObject({ Bucket, Key: "k" });
      assert.equal(await got.Body?.transformToString(), "kept");
      assert.deepEqual(got.Metadata, { m: "1" });
      assert.deepEqual(
        (await at.s3.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key),
        ["k"],
      );
      assert.deepEqual((await at.s3.getBucketTagging({ Bucket })).TagSet, [{ Key: "a", Value: "b" }]);
      await at.s3.completeMultipartUpload({
        Bucket,
        Key: "parts",
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      });
      assert.equal(await text(at, "parts"), "one");
    } finally {
      await at.end();
    }
  });

  it("survives a truncated log and unused files", async () => {
    let at = await lab();
    await at.s3.createBucket({ Bucket });
    await at.s3.putObject({ Bucket, Key: "whole", Body: "whole" });
    await at.s3.putObject({ Bucket, Key: "torn", Body: "torn" });
    const { log, objects } = paths(at);
    await at.cloud.stop();
    truncateSync(log, readFileSync(log).length - 5);
    writeFileSync(join(objects, "0123-left-behind"), "bytes of a put that was killed");
    at = await lab({}, at.dir);
    assert.deepEqual(
      (await at.s3.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key),
      ["whole"],
    );
    await at.s3.putObject({ Bucket, Key: "after", Body: "after" });
    await at.cloud.stop();
    appendFileSync(log, "00000000 {}\n");
    at = await lab({}, at.dir);
    try {
      assert.deepEqual(
        (await at.s3.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key),
        ["after", "whole"],
      );
      assert.equal(readdirSync(objects).length, 2);
    } finally {
      await at.end();
    }
  });

  it("stays small when keys are overwritten", async () => {
    let at = await lab();
    await at.s3.createBucket({ Bucket });
    const { call, administrator } = at.cloud;
    for (let i = 0; i < 2500; i++)
      await call("s3", "PutObject", { Bucket, Key: `k${i % 10}`, Body: `${i}` }, administrator);
    const { log, objects } = paths(at);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(readFileSync(log).length < 1_300_000, `${readFileSync(log).length} bytes`);
    assert.equal(readdirSync(objects).length, 10);
    at = await at.restart();
    try {
      assert.equal(await text(at, "k9"), "2499");
    } finally {
      await at.end();
    }
  });
});

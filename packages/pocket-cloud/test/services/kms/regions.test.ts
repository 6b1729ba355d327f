import { strict as assert } from "node:assert";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { type Lab, lab } from "../lambda/lab";

/** As recorded from AWS by LocalStack's test_s3_sse_validate_kms_key. */
describe("KMS keys of buckets in another region", () => {
  let at: Lab;
  let s3: S3;
  let kms: KMS;
  const Bucket = "in-ohio";
  const region = "us-east-2";
  before(async () => {
    at = await lab();
    s3 = new S3({ ...at.client, region, maxAttempts: 1, forcePathStyle: true });
    kms = new KMS({ ...at.client, region, maxAttempts: 1 });
    await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  });
  after(async () => {
    s3.destroy();
    kms.destroy();
    await at.end();
  });
  const put = (SSEKMSKeyId?: string, Key = "k") =>
    s3.putObject({ Bucket, Key, Body: "x", ServerSideEncryption: "aws:kms", SSEKMSKeyId });
  const absent = "134f2428-cec1-4b25-a1ae-9048164dba47";
  const arn = (where: string) => `arn:aws:kms:${where}:000000000000:key/${absent}`;

  it("are those of the region", async () => {
    const key = (await kms.createKey({})).KeyMetadata?.Arn;
    assert.equal((await put(key)).SSEKMSKeyId, key);
    assert.equal((await s3.getObject({ Bucket, Key: "k" })).SSEKMSKeyId, key);
    const copy = await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/k` });
    assert.equal(copy.ServerSideEncryption, "AES256");
    assert.match((await put(undefined, "own")).SSEKMSKeyId ?? "", /^arn:aws:kms:us-east-2:/);
    await kms.disableKey({ KeyId: key });
    await assert.rejects(s3.getObject({ Bucket, Key: "k" }), { name: "KMS.DisabledException" });
  });

  it("are not found by the ARN of a third region, or when the region has none", async () => {
    const refused = (message: string) => ({ name: "KMS.NotFoundException", message });
    await assert.rejects(put("fake-key-id"), refused("Invalid keyId 'fake-key-id'"));
    await assert.rejects(put(absent), refused(`Key '${arn(region)}' does not exist`));
    await assert.rejects(put(arn(region)), refused(`Key '${arn(region)}' does not exist`));
    await assert.rejects(put(arn("us-west-2")), refused("Invalid arn us-west-2"));
  });
});

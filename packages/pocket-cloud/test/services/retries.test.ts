import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type Lab, lab } from "./lambda/lab";

/** A client repeats a request whose answer was lost. */
describe("A repeated request", () => {
  let at: Lab;
  const open: { destroy(): void }[] = [];
  beforeEach(async () => {
    at = await lab();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    await at.end();
  });

  it("CompleteMultipartUpload gets the answer of the first", async () => {
    const s3 = new S3({ ...at.client, forcePathStyle: true, maxAttempts: 1 });
    open.push(s3);
    const object = { Bucket: "repeated", Key: "k" };
    await s3.createBucket({ Bucket: object.Bucket });
    const { UploadId } = await s3.createMultipartUpload(object);
    const { ETag } = await s3.uploadPart({ ...object, UploadId, PartNumber: 1, Body: "x" });
    const request = { ...object, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    const { $metadata: _, ...first } = await s3.completeMultipartUpload(request);
    const { $metadata: __, ...second } = await s3.completeMultipartUpload(request);
    assert.deepEqual(second, first);
    const other = { ...request, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0000"' }] } };
    await assert.rejects(s3.completeMultipartUpload(other), { name: "NoSuchUpload" });
  });

  it("CreateSecret, PutSecretValue and UpdateSecret succeed with the same token and content, and fail with other content", async () => {
    const secrets = new SecretsManager({ ...at.client, maxAttempts: 1 });
    open.push(secrets);
    const tokens = ["a", "b", "c"].map((letter) => letter.repeat(32));
    const [created = "", put = "", updated = ""] = tokens;
    const create = (SecretString: string) =>
      secrets.createSecret({ Name: "s", SecretString, ClientRequestToken: created });
    const { ARN } = await create("1");
    const again = await create("1");
    assert.deepEqual([again.ARN, again.VersionId], [ARN, created]);
    await assert.rejects(create("2"), { name: "ResourceExistsException" });

    const putValue = (SecretString: string) =>
      secrets.putSecretValue({ SecretId: "s", SecretString, ClientRequestToken: put });
    await putValue("2");
    assert.deepEqual((await putValue("2")).VersionStages, ["AWSCURRENT"]);
    await assert.rejects(putValue("3"), {
      name: "ResourceExistsException",
      message: `You can't use ClientRequestToken ${put} because that value is already in use for a version of secret s.`,
    });

    const update = (SecretString: string) =>
      secrets.updateSecret({ SecretId: "s", SecretString, ClientRequestToken: updated });
    await update("3");
    assert.equal((await update("3")).VersionId, updated);
    await assert.rejects(update("4"), { name: "ResourceExistsException" });
    const { VersionIdsToStages } = await secrets.describeSecret({ SecretId: "s" });
    assert.deepEqual(VersionIdsToStages, { [put]: ["AWSPREVIOUS"], [updated]: ["AWSCURRENT"] });
  });
});

import { strict as assert } from "node:assert";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { type Lab, lab } from "../lambda/lab";

/** As recorded from AWS by LocalStack's tests test_s3_bucket_encryption_sse_kms_aws_managed_key and those of DynamoDB's SSE. */
describe("KMS keys that AWS manages", () => {
  let at: Lab;
  let kms: KMS;
  let s3: S3;
  let db: DynamoDB;
  beforeEach(async () => {
    at = await lab();
    kms = new KMS({ ...at.client, maxAttempts: 1 });
    s3 = new S3({ ...at.client, maxAttempts: 1, forcePathStyle: true });
    db = new DynamoDB({ ...at.client, maxAttempts: 1 });
    await s3.createBucket({ Bucket: "lake-keys" });
  });
  afterEach(async () => {
    for (const client of [kms, s3, db]) client.destroy();
    await at.end();
  });

  const put = (more: object = {}) =>
    s3.putObject({ Bucket: "lake-keys", Key: "k", Body: "x", ServerSideEncryption: "aws:kms", ...more });
  const table = (TableName: string) =>
    db.createTable({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { Enabled: true },
    });

  it("are made by the first object without a key of its own, and are the same for the next", async () => {
    const { SSEKMSKeyId = "" } = await put();
    assert.match(SSEKMSKeyId, /^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/);
    const { KeyMetadata } = await kms.describeKey({ KeyId: SSEKMSKeyId });
    assert.deepEqual(
      [KeyMetadata?.KeyManager, KeyMetadata?.Description, KeyMetadata?.KeyState],
      ["AWS", "Default key that protects my S3 objects when no other key is defined", "Enabled"],
    );
    assert.equal((await s3.headObject({ Bucket: "lake-keys", Key: "k" })).SSEKMSKeyId, SSEKMSKeyId);
    assert.equal((await s3.getObject({ Bucket: "lake-keys", Key: "k" })).SSEKMSKeyId, SSEKMSKeyId);
    assert.equal((await put({ SSEKMSKeyId: "alias/aws/s3" })).SSEKMSKeyId, SSEKMSKeyId);
    assert.equal((await kms.describeKey({ KeyId: "alias/aws/s3" })).KeyMetadata?.Arn, SSEKMSKeyId);
  });

  it("encrypt the objects of buckets whose encryption names no key", async () => {
    await s3.putBucketEncryption({
      Bucket: "lake-keys",
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true }],
      },
    });
    const { SSEKMSKeyId, BucketKeyEnabled } = await put({ ServerSideEncryption: undefined });
    const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" });
    assert.deepEqual([SSEKMSKeyId, BucketKeyEnabled], [KeyMetadata?.Arn, true]);
  });

  it("encrypt tables, whose change back to DynamoDB's own key still states them", async () => {
    const { SSEDescription } = (await table("ticks")).TableDescription ?? {};
    const { KeyMetadata } = await kms.describeKey({ KeyId: SSEDescription?.KMSMasterKeyArn });
    assert.equal(
      KeyMetadata?.Description,
      "Default key that protects my DynamoDB data when no other key is defined",
    );
    await db.putItem({ TableName: "ticks", Item: { id: { S: "a" } } });
    const { TableDescription } = await db.updateTable({
      TableName: "ticks",
      SSESpecification: { Enabled: false },
    });
    assert.deepEqual(TableDescription?.SSEDescription, {
      KMSMasterKeyArn: KeyMetadata?.Arn,
      SSEType: "KMS",
      Status: "UPDATING",
    });
    assert.equal((await db.describeTable({ TableName: "ticks" })).Table?.SSEDescription, undefined);
  });

  it("are used only through their service, also by the administrator", async () => {
    const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" });
    const KeyId = KeyMetadata?.KeyId ?? "";
    const refused = (action: string) => ({
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::000000000000:root is not authorized to perform: kms:${action} on resource: ${KeyMetadata?.Arn} because no resource-based policy allows the kms:${action} action`,
    });
    await assert.rejects(kms.encrypt({ KeyId, Plaintext: Buffer.from("x") }), refused("Encrypt"));
    await assert.rejects(
      kms.encrypt({ KeyId: "alias/aws/s3", Plaintext: Buffer.from("x") }),
      refused("Encrypt"),
    );
    await assert.rejects(kms.scheduleKeyDeletion({ KeyId }), refused("ScheduleKeyDeletion"));
    await assert.rejects(kms.disableKey({ KeyId }), refused("DisableKey"));
    await assert.rejects(kms.putKeyPolicy({ KeyId, Policy: "{}" }), refused("PutKeyPolicy"));
    await assert.rejects(
      kms.createAlias({ AliasName: "alias/mine", TargetKeyId: KeyId }),
      refused("CreateAlias"),
    );
    assert.match((await kms.getKeyPolicy({ KeyId })).Policy ?? "", /kms:ViaService/);
    const { KeyMetadata: tables } = await kms.describeKey({ KeyId: "alias/aws/dynamodb" });
    await assert.rejects(put({ SSEKMSKeyId: tables?.Arn }), /kms:GenerateDataKey/);
  });

  it("have aliases that are listed, and that nobody removes", async () => {
    await put();
    const { Aliases } = await kms.listAliases({});
    assert.deepEqual(
      Aliases?.map(({ AliasName }) => AliasName),
      ["alias/aws/s3"],
    );
    await assert.rejects(kms.deleteAlias({ AliasName: "alias/aws/s3" }), { name: "NotAuthorizedException" });
    await assert.rejects(kms.describeKey({ KeyId: "alias/aws/nothing" }), { name: "NotFoundException" });
  });

  it("encrypt queues", async () => {
    const sqs = new SQS({ ...at.client, maxAttempts: 1 });
    const { QueueUrl } = await sqs.createQueue({
      QueueName: "q",
      Attributes: { KmsMasterKeyId: "alias/aws/sqs" },
    });
    await sqs.sendMessage({ QueueUrl, MessageBody: "m" });
    assert.equal((await sqs.receiveMessage({ QueueUrl })).Messages?.[0]?.Body, "m");
    sqs.destroy();
  });
});

import { strict as assert } from "node:assert";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Firehose } from "@aws-sdk/client-firehose";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import { createFunction, type Lab, lab } from "../lambda/lab";

const ACCOUNT = "000000000000";
const SERVICES = ["dynamodb", "firehose", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm"];

type Client = Lab["client"];

/** A role's right to one use of keys. `via` limits it to one service. */
interface KeyRight {
  readonly action: string;
  readonly via?: string;
}

describe("KMS through other services", () => {
  let at: Lab;
  let kms: KMS;
  let key = "";
  const open: { destroy(): void }[] = [];
  beforeEach(async () => {
    at = await lab();
    kms = client(KMS);
    key = (await kms.createKey({})).KeyMetadata?.Arn ?? "";
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    await at.end();
  });

  function client<C extends { destroy(): void }>(
    Of: new (options: Client & { maxAttempts: number; forcePathStyle: boolean }) => C,
    credentials: Client["credentials"] = at.client.credentials,
  ): C {
    const made = new Of({ ...at.client, credentials, maxAttempts: 1, forcePathStyle: true });
    open.push(made);
    return made;
  }

  /** The credentials of a role that may use every service, and the keys as listed. */
  async function role(RoleName: string, ...rights: readonly KeyRight[]): Promise<Client["credentials"]> {
    const { call, administrator } = at.cloud;
    const trust = {
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root`, Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    };
    await call(
      "iam",
      "CreateRole",
      { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) },
      administrator,
    );
    const Statement = [
      { Effect: "Allow", Action: SERVICES.map((service) => `${service}:*`), Resource: "*" },
      { Effect: "Allow", Action: "iam:PassRole", Resource: "*" },
      ...rights.map(({ action, via }) => ({
        Effect: "Allow",
        Action: action,
        Resource: key,
        ...(via && { Condition: { StringEquals: { "kms:ViaService": `${via}.us-east-1.amazonaws.com` } } }),
      })),
    ];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await call("iam", "PutRolePolicy", { RoleName, PolicyName: "all", PolicyDocument }, administrator);
    const { Credentials } = await client(STS).assumeRole({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
      RoleSessionName: "test",
    });
    return {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    } as Client["credentials"];
  }

  const refusal = async (call: Promise<unknown>): Promise<[string, number | undefined, string]> => {
    try {
      await call;
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      return [name, $metadata?.httpStatusCode, message];
    }
    return ["accepted", 200, ""];
  };
  const codeOf = async (call: Promise<unknown>): Promise<string> => (await refusal(call))[0];
  const denied = (role: string, action: string) =>
    `User: arn:aws:sts::${ACCOUNT}:assumed-role/${role}/test is not authorized to perform: ${action} on resource: ${key} because no identity-based policy allows the ${action} action`;
  const pending = () => kms.scheduleKeyDeletion({ KeyId: key, PendingWindowInDays: 7 });

  describe("S3", () => {
    const object = { Bucket: "sealed", Key: "a" };
    const encrypted = () => ({
      ...object,
      Body: "x",
      ServerSideEncryption: "aws:kms" as const,
      SSEKMSKeyId: key,
    });
    beforeEach(() => client(S3).createBucket({ Bucket: "sealed" }));

    it("writes with GenerateDataKey, and reads with Decrypt", async () => {
      const writer = client(S3, await role("writer", { action: "kms:GenerateDataKey", via: "s3" }));
      const reader = client(S3, await role("reader", { action: "kms:Decrypt", via: "s3" }));
      assert.equal((await writer.putObject(encrypted())).SSEKMSKeyId, key);
      assert.equal(await (await reader.getObject(object)).Body?.transformToString(), "x");
      assert.deepEqual(await refusal(reader.putObject(encrypted())), [
        "AccessDenied",
        403,
        denied("reader", "kms:GenerateDataKey"),
      ]);
      assert.deepEqual(await refusal(writer.getObject(object)), [
        "AccessDenied",
        403,
        denied("writer", "kms:Decrypt"),
      ]);
    });

    it("uses the bucket's key, for copies and uploads in parts too", async () => {
      await client(S3).putBucketEncryption({
        Bucket: "sealed",
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key } }],
        },
      });
      const writer = client(S3, await role("writer", { action: "kms:GenerateDataKey" }));
      assert.equal((await writer.putObject({ ...object, Body: "x" })).SSEKMSKeyId, key);
      assert.equal(
        await codeOf(writer.copyObject({ ...object, Key: "b", CopySource: "sealed/a" })),
        "AccessDenied",
      );
      const { UploadId } = await writer.createMultipartUpload({ ...object, Key: "c" });
      assert.equal(
        await codeOf(writer.uploadPart({ ...object, Key: "c", UploadId, PartNumber: 1, Body: "x" })),
        "AccessDenied",
      );
    });

    it("answers a missing, disabled or deleted key as AWS does", async () => {
      const s3 = client(S3);
      await s3.putObject(encrypted());
      const put = (SSEKMSKeyId: string) => refusal(s3.putObject({ ...encrypted(), SSEKMSKeyId }));
      const missing = "134f2428-cec1-4b25-a1ae-9048164dba47";
      assert.deepEqual(await put("fake-key-id"), [
        "KMS.NotFoundException",
        400,
        "Invalid keyId 'fake-key-id'",
      ]);
      assert.deepEqual(await put(missing), [
        "KMS.NotFoundException",
        400,
        `Key 'arn:aws:kms:us-east-1:${ACCOUNT}:key/${missing}' does not exist`,
      ]);
      assert.deepEqual(await put(key.replace("us-east-1", "eu-west-1")), [
        "KMS.NotFoundException",
        400,
        "Invalid arn eu-west-1",
      ]);
      await kms.disableKey({ KeyId: key });
      assert.deepEqual(await refusal(s3.getObject(object)), [
        "KMS.DisabledException",
        400,
        `${key} is disabled.`,
      ]);
      assert.deepEqual(await put(key), ["KMS.DisabledException", 400, `${key} is disabled.`]);
      await pending();
      assert.deepEqual(await refusal(s3.getObject(object)), [
        "KMS.KMSInvalidStateException",
        400,
        `${key} is pending deletion.`,
      ]);
    });

    it("needs the key policy too", async () => {
      const writer = client(S3, await role("writer", { action: "kms:GenerateDataKey" }));
      const Policy = JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/another` },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      });
      await kms.putKeyPolicy({
        KeyId: key,
        PolicyName: "default",
        Policy,
        BypassPolicyLockoutSafetyCheck: true,
      });
      const [code, status, message] = await refusal(writer.putObject(encrypted()));
      assert.deepEqual([code, status], ["AccessDenied", 403]);
      assert.match(message, /because no resource-based policy allows the kms:GenerateDataKey action$/);
    });
  });

  it("SQS needs GenerateDataKey and Decrypt to send, and Decrypt to receive", async () => {
    const { QueueUrl } = await client(SQS).createQueue({
      QueueName: "sealed",
      Attributes: { KmsMasterKeyId: key },
    });
    const sender = client(
      SQS,
      await role(
        "sender",
        { action: "kms:GenerateDataKey", via: "sqs" },
        { action: "kms:Decrypt", via: "sqs" },
      ),
    );
    const none = client(SQS, await role("none", { action: "kms:GenerateDataKey" }));
    await sender.sendMessage({ QueueUrl, MessageBody: "x" });
    assert.deepEqual(await refusal(none.sendMessage({ QueueUrl, MessageBody: "x" })), [
      "KmsAccessDenied",
      400,
      denied("none", "kms:Decrypt"),
    ]);
    assert.equal(await codeOf(none.receiveMessage({ QueueUrl })), "KmsAccessDenied");
    assert.equal((await sender.receiveMessage({ QueueUrl })).Messages?.[0]?.Body, "x");
    await kms.disableKey({ KeyId: key });
    assert.equal(await codeOf(sender.sendMessage({ QueueUrl, MessageBody: "x" })), "KmsDisabled");
    await pending();
    assert.equal(await codeOf(sender.receiveMessage({ QueueUrl })), "KmsInvalidState");
    await client(SQS).setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: "alias/none" } });
    assert.equal(await codeOf(client(SQS).sendMessage({ QueueUrl, MessageBody: "x" })), "KmsNotFound");
  });

  it("SNS needs GenerateDataKey and Decrypt to publish", async () => {
    const { TopicArn } = await client(SNS).createTopic({
      Name: "sealed",
      Attributes: { KmsMasterKeyId: key },
    });
    const message = { TopicArn, Message: "x" };
    const none = client(SNS, await role("none"));
    assert.deepEqual(await refusal(none.publish(message)), [
      "KMSAccessDeniedException",
      400,
      denied("none", "kms:GenerateDataKey"),
    ]);
    await client(SNS).publish(message);
    await kms.disableKey({ KeyId: key });
    assert.equal(await codeOf(client(SNS).publish(message)), "KMSDisabledException");
    await pending();
    assert.equal(await codeOf(client(SNS).publish(message)), "KMSInvalidStateException");
  });

  it("a topic delivers to an encrypted queue when the key policy allows SNS", async () => {
    const queueArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:sealed`;
    const Policy = allow("sns.amazonaws.com", ["sqs:SendMessage"], queueArn);
    const { QueueUrl } = await client(SQS).createQueue({
      QueueName: "sealed",
      Attributes: { KmsMasterKeyId: key, Policy },
    });
    const { TopicArn } = await client(SNS).createTopic({ Name: "open" });
    await client(SNS).subscribe({ TopicArn, Protocol: "sqs", Endpoint: queueArn });
    const received = async () => {
      await client(SNS).publish({ TopicArn, Message: "x" });
      await at.advance(1000);
      const { Messages = [] } = await client(SQS).receiveMessage({ QueueUrl, VisibilityTimeout: 0 });
      return Messages.length;
    };
    assert.equal(await received(), 0);
    const Statement = ["kms:GenerateDataKey", "kms:Decrypt"];
    await kms.putKeyPolicy({
      KeyId: key,
      Policy: allow("sns.amazonaws.com", Statement, "*"),
      BypassPolicyLockoutSafetyCheck: true,
    });
    assert.equal(await received(), 1);
  });

  it("DynamoDB needs the key to create a table, and Decrypt for its items", async () => {
    const table = {
      TableName: "sealed",
      AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" as const }],
      KeySchema: [{ AttributeName: "k", KeyType: "HASH" as const }],
      BillingMode: "PAY_PER_REQUEST" as const,
      SSESpecification: { Enabled: true, SSEType: "KMS" as const, KMSMasterKeyId: key },
    };
    const none = client(DynamoDB, await role("none"));
    const reader = client(DynamoDB, await role("reader", { action: "kms:Decrypt", via: "dynamodb" }));
    assert.deepEqual(await refusal(none.createTable(table)), [
      "AccessDeniedException",
      400,
      denied("none", "kms:CreateGrant"),
    ]);
    const { TableDescription } = await client(DynamoDB).createTable(table);
    assert.equal(TableDescription?.SSEDescription?.KMSMasterKeyArn, key);
    const item = { TableName: "sealed", Item: { k: { S: "1" } } };
    await reader.putItem(item);
    assert.equal((await refusal(none.putItem(item)))[2], denied("none", "kms:Decrypt"));
    assert.equal(await codeOf(none.scan({ TableName: "sealed" })), "AccessDeniedException");
    assert.equal(
      await codeOf(none.batchGetItem({ RequestItems: { sealed: { Keys: [{ k: { S: "1" } }] } } })),
      "AccessDeniedException",
    );
    await kms.disableKey({ KeyId: key });
    assert.match((await refusal(reader.scan({ TableName: "sealed" })))[2], / is disabled\.$/);
  });

  it("Logs need a key whose policy allows the service for the group", async () => {
    const logs = client(CloudWatchLogs);
    const group = { logGroupName: "sealed", kmsKeyId: key };
    assert.deepEqual(await refusal(logs.createLogGroup(group)), [
      "AccessDeniedException",
      400,
      `The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:${ACCOUNT}:log-group:sealed'`,
    ]);
    const actions = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"];
    const Policy = allow("logs.us-east-1.amazonaws.com", actions, "*", {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:sealed*`,
      },
    });
    await kms.putKeyPolicy({ KeyId: key, Policy, BypassPolicyLockoutSafetyCheck: true });
    await logs.createLogGroup(group);
    assert.equal(
      await codeOf(logs.createLogGroup({ logGroupName: "other", kmsKeyId: key })),
      "AccessDeniedException",
    );
    assert.deepEqual(
      await refusal(logs.createLogGroup({ ...group, logGroupName: "b", kmsKeyId: `${key}0` })),
      ["InvalidParameterException", 400, "The specified KMS Key Id could not be found. 'b'"],
    );
    await logs.createLogStream({ logGroupName: "sealed", logStreamName: "s" });
    await kms.disableKey({ KeyId: key });
    assert.equal(
      await codeOf(logs.getLogEvents({ logGroupName: "sealed", logStreamName: "s" })),
      "AccessDeniedException",
    );
    assert.equal(
      await codeOf(logs.createLogGroup({ ...group, logGroupName: "sealed-too" })),
      "InvalidParameterException",
    );
  });

  it("Secrets Manager encrypts and decrypts with the caller's rights", async () => {
    const admin = client(SecretsManager);
    const none = client(SecretsManager, await role("none"));
    const secret = { Name: "token", SecretString: "x", KmsKeyId: key };
    assert.deepEqual(await refusal(none.createSecret(secret)), [
      "AccessDeniedException",
      400,
      "Access to KMS is not allowed",
    ]);
    assert.equal(await codeOf(admin.describeSecret({ SecretId: "token" })), "ResourceNotFoundException");
    await admin.createSecret(secret);
    assert.equal(await codeOf(none.getSecretValue({ SecretId: "token" })), "AccessDeniedException");
    await kms.disableKey({ KeyId: key });
    assert.equal(await codeOf(admin.getSecretValue({ SecretId: "token" })), "DecryptionFailure");
    assert.equal(
      await codeOf(admin.putSecretValue({ SecretId: "token", SecretString: "y" })),
      "EncryptionFailure",
    );
  });

  it("SSM needs Encrypt for a SecureString, and Decrypt to read its value", async () => {
    const Name = "/sealed";
    const parameter = { Name, Value: "x", Type: "SecureString" as const, KeyId: key };
    const writer = client(SSM, await role("writer", { action: "kms:Encrypt", via: "ssm" }));
    await writer.putParameter(parameter);
    assert.equal(await codeOf(writer.getParameter({ Name })), "accepted");
    const [code, status, message] = await refusal(writer.getParameter({ Name, WithDecryption: true }));
    assert.deepEqual(
      [code, status, message],
      ["AccessDeniedException", 400, denied("writer", "kms:Decrypt")],
    );
    assert.equal(
      await codeOf(writer.getParameters({ Names: [Name], WithDecryption: true })),
      "AccessDeniedException",
    );
    const admin = client(SSM);
    assert.equal((await admin.getParameter({ Name, WithDecryption: true })).Parameter?.Value, "x");
    assert.deepEqual(await refusal(admin.putParameter({ ...parameter, Name: "/b", KeyId: "none" })), [
      "InvalidKeyId",
      400,
      "Invalid keyId 'none'",
    ]);
    await kms.disableKey({ KeyId: key });
    assert.equal(await codeOf(admin.getParameter({ Name, WithDecryption: true })), "InvalidKeyId");
  });

  it("Firehose takes a grant on the key of a stream, and stops with the key", async () => {
    await client(S3).createBucket({ Bucket: "delivered" });
    const { call, administrator } = at.cloud;
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: [
        { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    await call("iam", "CreateRole", { RoleName: "delivery", AssumeRolePolicyDocument }, administrator);
    const stream = {
      DeliveryStreamName: "sealed",
      DeliveryStreamEncryptionConfigurationInput: { KeyARN: key, KeyType: "CUSTOMER_MANAGED_CMK" as const },
      S3DestinationConfiguration: {
        RoleARN: `arn:aws:iam::${ACCOUNT}:role/delivery`,
        BucketARN: "arn:aws:s3:::delivered",
      },
    };
    const none = client(Firehose, await role("none"));
    assert.deepEqual(await refusal(none.createDeliveryStream(stream)), [
      "InvalidKMSResourceException",
      400,
      denied("none", "kms:CreateGrant"),
    ]);
    await client(Firehose).createDeliveryStream(stream);
    const record = { DeliveryStreamName: "sealed", Record: { Data: Buffer.from("x") } };
    await none.putRecord(record);
    await kms.disableKey({ KeyId: key });
    assert.equal(await codeOf(none.putRecord(record)), "InvalidKMSResourceException");
  });

  it("Lambda decrypts a function's variables with the rights of its role", async () => {
    await role("unable");
    await role("able", { action: "kms:Decrypt", via: "lambda" });
    const settings = (name: string) => ({
      Role: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      KMSKeyArn: key,
      Environment: { Variables: { SECRET: "x" } },
    });
    const source = "exports.handler = async () => process.env.SECRET;";
    await createFunction(at, "able", source, settings("able"));
    await createFunction(at, "unable", source, settings("unable"));
    const lambda = client(Lambda);
    const { Payload } = await lambda.invoke({ FunctionName: "able" });
    assert.equal(Payload?.transformToString(), '"x"');
    assert.deepEqual(await refusal(lambda.invoke({ FunctionName: "unable" })), [
      "KMSAccessDeniedException",
      502,
      `Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings. KMS Exception: AccessDeniedException KMS Message: ${denied("unable", "kms:Decrypt").replace("/test", "/unable")}`,
    ]);
    const none = client(Lambda, await role("none"));
    assert.equal(
      await codeOf(none.updateFunctionConfiguration({ FunctionName: "able", Description: "x" })),
      "InvalidParameterValueException",
    );
  });

  const allow = (Service: string, Action: string[], Resource: string, Condition?: object) =>
    JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        { Effect: "Allow", Principal: { Service }, Action, Resource, ...(Condition && { Condition }) },
      ],
    });
});

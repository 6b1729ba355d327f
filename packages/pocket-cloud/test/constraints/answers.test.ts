import { strict as assert } from "node:assert";
import { AthenaClient, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, CreateLogStreamCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { KinesisClient, RemoveTagsFromStreamCommand } from "@aws-sdk/client-kinesis";
import { GenerateRandomCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteObjectsCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type Cloud, startCloud } from "../../index";

describe("inputs that break a constraint of the model", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const config = () => ({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials });

  /** "status code: message" of the error of a call. */
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    const error = await call.then(
      () => assert.fail("accepted"),
      (caught: Error & { $metadata?: { httpStatusCode?: number }; Error?: { Code?: string } }) => caught,
    );
    // The code of the query protocol, which boto3 shows.
    const code = error.Error?.Code ?? error.name;
    return `${error.$metadata?.httpStatusCode} ${code}: ${error.message}`;
  };
  const ROLE = "arn:aws:iam::000000000000:role/r1";

  it("Kinesis names the list whose entry is too long", async () => {
    const TagKeys = ["a", "b".repeat(129)];
    assert.equal(
      await refusal(
        new KinesisClient(config()).send(new RemoveTagsFromStreamCommand({ StreamName: "ticks", TagKeys })),
      ),
      `400 ValidationException: 1 validation error detected: Value '[a, ${TagKeys[1]}]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
    );
  });

  it("Firehose checks nested members", async () => {
    assert.equal(
      await refusal(
        new FirehoseClient(config()).send(
          new CreateDeliveryStreamCommand({
            DeliveryStreamName: "d",
            ExtendedS3DestinationConfiguration: {
              RoleARN: ROLE,
              BucketARN: "arn:aws:s3:::bucket",
              CompressionFormat: "LZMA" as never,
            },
          }),
        ),
      ),
      "400 ValidationException: 1 validation error detected: Value 'LZMA' at 'extendedS3DestinationConfiguration.compressionFormat' failed to satisfy constraint: Member must satisfy enum value set: [UNCOMPRESSED, GZIP, ZIP, Snappy, HADOOP_SNAPPY]",
    );
  });

  it("Glue checks columns of a table", async () => {
    assert.equal(
      await refusal(
        new GlueClient(config()).send(
          new CreateTableCommand({
            DatabaseName: "d",
            TableInput: { Name: "t", StorageDescriptor: { Columns: [{ Name: "c".repeat(256) }] } },
          }),
        ),
      ),
      `400 ValidationException: 1 validation error detected: Value '${"c".repeat(256)}' at 'tableInput.storageDescriptor.columns.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 255`,
    );
  });

  it("Athena answers with the only client error of its model", async () => {
    assert.match(
      await refusal(new AthenaClient(config()).send(new StartQueryExecutionCommand({ QueryString: "" }))),
      /^400 InvalidRequestException: 1 validation error detected: Value '' at 'queryString' failed/,
    );
  });

  it("CloudWatch answers in the query protocol's code", async () => {
    assert.equal(
      await refusal(
        new CloudWatchClient(config()).send(
          new SetAlarmStateCommand({ AlarmName: "a", StateValue: "INVALID" as never, StateReason: "test" }),
        ),
      ),
      "400 ValidationError: 1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
    );
  });

  it("CloudWatch Logs answers with InvalidParameterException", async () => {
    assert.equal(
      await refusal(
        new CloudWatchLogsClient(config()).send(
          new CreateLogStreamCommand({ logGroupName: "g", logStreamName: "a:b" }),
        ),
      ),
      "400 InvalidParameterException: 1 validation error detected: Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
    );
  });

  it("DynamoDB does not show the operations of a transaction", async () => {
    assert.equal(
      await refusal(new DynamoDBClient(config()).send(new TransactWriteItemsCommand({ TransactItems: [] }))),
      "400 ValidationException: 1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });

  it("IAM shows neither the value nor the values that are allowed", async () => {
    assert.equal(
      await refusal(
        new IAMClient(config()).send(
          new CreateRoleCommand({ RoleName: "a b", AssumeRolePolicyDocument: "{}" }),
        ),
      ),
      "400 ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    );
  });

  it("STS shows the value", async () => {
    assert.equal(
      await refusal(
        new STSClient(config()).send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "Session1:2" })),
      ),
      "400 ValidationError: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
  });

  it("KMS checks the range of a number", async () => {
    assert.equal(
      await refusal(new KMSClient(config()).send(new GenerateRandomCommand({ NumberOfBytes: 1025 }))),
      "400 ValidationException: 1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
    );
  });

  it("Lambda lists that entries must not be null", async () => {
    assert.equal(
      await refusal(
        new LambdaClient(config()).send(
          new CreateFunctionCommand({
            FunctionName: "f",
            Role: ROLE,
            Runtime: "nodejs22.x",
            Handler: "index.handler",
            Architectures: ["X86_64" as never],
            Code: { ZipFile: Buffer.from("zip") },
          }),
        ),
      ),
      "400 ValidationException: 1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    );
  });

  it("SNS names the entry of a map that lacks a member", async () => {
    assert.equal(
      await refusal(
        new SNSClient(config()).send(
          new PublishCommand({
            TopicArn: "arn:aws:sns:us-east-1:000000000000:t",
            Message: "m",
            MessageAttributes: { attr1: { StringValue: "s" } as never },
          }),
        ),
      ),
      "400 ValidationError: 1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
    );
  });

  it("SQS names the missing parameter", async () => {
    assert.equal(
      await refusal(
        new SQSClient(config()).send(
          new SendMessageCommand({ QueueUrl: `${cloud.endpoint}/000000000000/q` } as never),
        ),
      ),
      "400 MissingParameter: The request must contain the parameter MessageBody.",
    );
  });

  it("S3 calls the XML malformed", async () => {
    assert.match(
      await refusal(
        new S3Client({ ...config(), forcePathStyle: true }).send(
          new DeleteObjectsCommand({ Bucket: "b", Delete: {} as never }),
        ),
      ),
      /^400 MalformedXML: /,
    );
  });
});

import { strToU8, zipSync } from "fflate";
import { type Cloud, startCloud } from "../../cloud";
import { buildConsole } from "../console/built";

export const NOW = Date.UTC(2026, 0, 15, 12);
/** Text that runs a script when it is shown as HTML. */
export const PROBE = `<img src=x onerror="window.probed=1">"'><script>window.probed=2</script>`;

const MINUTE = 60_000;

const allowing = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** A cloud on a simulated clock with a small pipeline: stream, function, bucket, tables, topic, queue, schedule, alarm. */
export async function startPipeline(): Promise<Cloud> {
  buildConsole();
  const cloud = await startCloud({ clock: { simulateFrom: NOW } });
  const { administrator: admin } = cloud;
  const { call } = cloud;
  const arn = (rest: string) => `arn:aws:${rest}`;
  const account = "us-east-1:000000000000";

  await call("kinesis", "CreateStream", { StreamName: "prices", ShardCount: 2 }, admin);
  await call("s3", "CreateBucket", { Bucket: "shop-lake" }, admin);
  await call("sns", "CreateTopic", { Name: "alerts" }, admin);
  await call("sqs", "CreateQueue", { QueueName: "failures" }, admin);
  await call(
    "dynamodb",
    "CreateTable",
    {
      TableName: "latest",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "coin", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "coin", KeyType: "HASH" }],
    },
    admin,
  );
  await call(
    "iam",
    "CreateRole",
    { RoleName: "worker", AssumeRolePolicyDocument: allowing("lambda.amazonaws.com") },
    admin,
  );
  await call(
    "iam",
    "PutRolePolicy",
    {
      RoleName: "worker",
      PolicyName: "permissions",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: [
              "kinesis:GetRecords",
              "kinesis:GetShardIterator",
              "kinesis:DescribeStream",
              "kinesis:DescribeStreamSummary",
              "kinesis:ListShards",
            ],
            Resource: arn(`kinesis:${account}:stream/prices`),
          },
          { Effect: "Allow", Action: ["s3:PutObject"], Resource: arn("s3:::shop-lake/csv/*") },
          {
            Effect: "Allow",
            Action: ["dynamodb:PutItem"],
            Resource: arn(`dynamodb:${account}:table/latest`),
          },
          {
            Effect: "Allow",
            Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: "*",
          },
        ],
      }),
    },
    admin,
  );
  const source = `exports.handler = async (event) => {
    for (const { kinesis } of event.Records) console.log("read", Buffer.from(kinesis.data, "base64").toString());
  };`;
  await call(
    "lambda",
    "CreateFunction",
    {
      FunctionName: "write-csv",
      Description: "Writes prices",
      Role: "arn:aws:iam::000000000000:role/worker",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: zipSync({ "index.js": strToU8(source) }) },
    },
    admin,
  );
  await call(
    "lambda",
    "CreateEventSourceMapping",
    {
      FunctionName: "write-csv",
      EventSourceArn: arn(`kinesis:${account}:stream/prices`),
      StartingPosition: "TRIM_HORIZON",
      MaximumRetryAttempts: 1,
    },
    admin,
  );
  await call(
    "monitoring",
    "PutMetricAlarm",
    {
      AlarmName: "write-csv-errors",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: "write-csv" }],
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
    },
    admin,
  );
  await call(
    "monitoring",
    "PutDashboard",
    {
      DashboardName: "shop",
      DashboardBody: JSON.stringify({
        widgets: [
          {
            type: "text",
            x: 0,
            y: 0,
            width: 24,
            height: 2,
            properties: { markdown: "# Shop\nAll **of** it" },
          },
          {
            type: "metric",
            x: 0,
            y: 2,
            width: 12,
            height: 6,
            properties: {
              title: "Records",
              region: "us-east-1",
              period: 60,
              metrics: [["AWS/Kinesis", "IncomingRecords", "StreamName", "prices", { stat: "Sum" }]],
            },
          },
        ],
      }),
    },
    admin,
  );
  const csv = Array.from({ length: 40 }, (_, row) => `coin-${row},${row * 1.5},"a, ""quoted"" name"`).join(
    "\n",
  );
  await call("s3", "PutObject", { Bucket: "shop-lake", Key: "csv/dt=2026-01-15/a.csv", Body: csv }, admin);
  await call(
    "s3",
    "PutObject",
    { Bucket: "shop-lake", Key: `csv/${PROBE}/probe.csv`, Body: `${PROBE},1\n` },
    admin,
  );
  await call(
    "dynamodb",
    "PutItem",
    { TableName: "latest", Item: { coin: { S: "bitcoin" }, price: { N: "42" } } },
    admin,
  );
  await call(
    "dynamodb",
    "PutItem",
    { TableName: "latest", Item: { coin: { S: PROBE }, [PROBE]: { S: PROBE } } },
    admin,
  );
  await call("glue", "CreateDatabase", { DatabaseInput: { Name: "shop" } }, admin);
  await call(
    "glue",
    "CreateTable",
    {
      DatabaseName: "shop",
      TableInput: {
        Name: "prices",
        TableType: "EXTERNAL_TABLE",
        StorageDescriptor: {
          Location: "s3://shop-lake/csv/dt=2026-01-15/",
          Columns: [
            { Name: "coin", Type: "string" },
            { Name: "price", Type: "string" },
            { Name: "full_name", Type: "string", Comment: PROBE },
          ],
          InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde" },
        },
      },
    },
    admin,
  );
  await call(
    "athena",
    "CreateWorkGroup",
    {
      Name: "shop",
      Configuration: { ResultConfiguration: { OutputLocation: "s3://shop-lake/results/" } },
    },
    admin,
  );
  await putPrices(cloud, ["bitcoin", "ethereum", PROBE]);
  await createDelivery(cloud);
  await advance(cloud, 3 * MINUTE);
  return cloud;
}

/** A Firehose stream for direct PUT, with a record that is delivered after a minute. */
async function createDelivery({ call, administrator }: Cloud): Promise<void> {
  const bucket = "arn:aws:s3:::shop-lake";
  const AssumeRolePolicyDocument = allowing("firehose.amazonaws.com");
  const statement = { Effect: "Allow", Action: "s3:PutObject", Resource: `${bucket}/raw/*` };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await call("iam", "CreateRole", { RoleName: "delivery", AssumeRolePolicyDocument }, administrator);
  await call(
    "iam",
    "PutRolePolicy",
    { RoleName: "delivery", PolicyName: "write", PolicyDocument },
    administrator,
  );
  await call(
    "firehose",
    "CreateDeliveryStream",
    {
      DeliveryStreamName: "archive",
      ExtendedS3DestinationConfiguration: {
        BucketARN: bucket,
        RoleARN: "arn:aws:iam::000000000000:role/delivery",
        Prefix: "raw/!{timestamp:yyyy}/",
        ErrorOutputPrefix: "raw/errors/!{firehose:error-output-type}/",
        BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
      },
    },
    administrator,
  );
  const Record = { Data: Buffer.from('{"coin":"bitcoin"}\n') };
  await call("firehose", "PutRecord", { DeliveryStreamName: "archive", Record }, administrator);
}

/** One record for each coin: a pack of two lines. */
export async function putPrices({ call, administrator }: Cloud, coins: readonly string[]): Promise<void> {
  await call(
    "kinesis",
    "PutRecords",
    {
      StreamName: "prices",
      Records: coins.map((coin) => ({
        PartitionKey: coin,
        Data: Buffer.from(
          `${JSON.stringify({ coin, price: 1 })}\n${JSON.stringify({ coin: `${coin}-cash`, price: 2 })}\n`,
        ),
      })),
    },
    administrator,
  );
}

export const advance = ({ clock }: Cloud, millis: number): Promise<void> =>
  clock.advanceTo(clock.now() + millis);

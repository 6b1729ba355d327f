import { strict as assert } from "node:assert";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud";

const ACCOUNT = "us-east-1:000000000000";

/** Adds to the fixture's pipeline what the console's actions work on. */
export async function addActionResources(cloud: Cloud): Promise<void> {
  await addParquet(cloud);
  await addCrawler(cloud);
  await addSchedule(cloud);
  await addMessages(cloud);
  await addItems(cloud);
  await addSavedQuery(cloud);
  await refuseCall(cloud);
}

/** A folder with a Parquet object. */
async function addParquet(cloud: Cloud): Promise<void> {
  await query(
    cloud,
    "UNLOAD (SELECT coin, CAST(price AS double) AS price FROM shop.prices) TO 's3://shop-lake/parquet/' WITH (format = 'PARQUET')",
  );
}

/** A crawler over a folder with one object. */
async function addCrawler(cloud: Cloud): Promise<void> {
  const { administrator: admin, call } = cloud;
  await call(
    "s3",
    "PutObject",
    { Bucket: "shop-lake", Key: "landing/orders/a.csv", Body: "id,price\n1,2.5\n2,3.5\n" },
    admin,
  );
  await createRole(cloud, "crawler", { Service: "glue.amazonaws.com" }, [
    allow(["s3:ListBucket", "s3:GetBucketLocation"], "arn:aws:s3:::shop-lake"),
    allow(["s3:GetObject"], "arn:aws:s3:::shop-lake/landing/*"),
    allow(
      ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable"],
      "*",
    ),
    allow(["glue:GetPartitions", "glue:BatchGetPartition", "glue:BatchCreatePartition"], "*"),
    allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"),
  ]);
  await call(
    "glue",
    "CreateCrawler",
    {
      Name: "landing",
      Role: "crawler",
      DatabaseName: "shop",
      Targets: { S3Targets: [{ Path: "s3://shop-lake/landing/orders/" }] },
    },
    admin,
  );
}

/** A daily run of the function write-csv. */
async function addSchedule(cloud: Cloud): Promise<void> {
  const { administrator: admin, call } = cloud;
  await createRole(cloud, "schedule", { Service: "scheduler.amazonaws.com" }, [
    allow(["lambda:InvokeFunction"], `arn:aws:lambda:${ACCOUNT}:function:write-csv`),
  ]);
  const data = Buffer.from("scheduled run").toString("base64");
  await call(
    "scheduler",
    "CreateSchedule",
    {
      Name: "daily",
      ScheduleExpression: "rate(1 day)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: `arn:aws:lambda:${ACCOUNT}:function:write-csv`,
        RoleArn: "arn:aws:iam::000000000000:role/schedule",
        Input: JSON.stringify({ Records: [{ kinesis: { data } }] }),
      },
    },
    admin,
  );
}

/** A queue with messages, and a topic that another queue is subscribed to. */
async function addMessages(cloud: Cloud): Promise<void> {
  const { administrator: admin, call } = cloud;
  for (const QueueName of ["work", "inbox"]) await call("sqs", "CreateQueue", { QueueName }, admin);
  const queue = `${cloud.endpoint}/000000000000/work`;
  for (let n = 1; n <= 25; n++)
    await call("sqs", "SendMessage", { QueueUrl: queue, MessageBody: `message ${n}` }, admin);
  const { TopicArn } = await call("sns", "CreateTopic", { Name: "news" }, admin);
  await call(
    "sqs",
    "SetQueueAttributes",
    {
      QueueUrl: `${cloud.endpoint}/000000000000/inbox`,
      Attributes: {
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              ...allow(["sqs:SendMessage"], `arn:aws:sqs:${ACCOUNT}:inbox`),
              Principal: { Service: "sns.amazonaws.com" },
            },
          ],
        }),
      },
    },
    admin,
  );
  await call(
    "sns",
    "Subscribe",
    { TopicArn, Protocol: "sqs", Endpoint: `arn:aws:sqs:${ACCOUNT}:inbox` },
    admin,
  );
}

/** A table with 20 items of each of two coins. */
async function addItems(cloud: Cloud): Promise<void> {
  const { administrator: admin, call } = cloud;
  await call(
    "dynamodb",
    "CreateTable",
    {
      TableName: "ticks",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "coin", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "coin", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
    },
    admin,
  );
  for (const coin of ["bitcoin", "ethereum"])
    for (let hour = 0; hour < 20; hour++)
      await call(
        "dynamodb",
        "PutItem",
        {
          TableName: "ticks",
          Item: {
            coin: { S: coin },
            at: { S: `2026-01-15T${String(hour).padStart(2, "0")}:00:00` },
            price: { N: String(100 + hour) },
          },
        },
        admin,
      );
}

async function addSavedQuery(cloud: Cloud): Promise<void> {
  const { administrator: admin, call } = cloud;
  await call(
    "athena",
    "CreateNamedQuery",
    {
      Name: "Dearest",
      Description: "The dearest coins",
      Database: "shop",
      WorkGroup: "shop",
      QueryString: "SELECT coin, CAST(price AS double) AS price FROM prices ORDER BY 2 DESC LIMIT 5",
    },
    admin,
  );
}

/** Makes a call that the role reader lacks the right for. */
async function refuseCall(cloud: Cloud): Promise<void> {
  const { administrator: admin, call } = cloud;
  await createRole(cloud, "reader", { AWS: "arn:aws:iam::000000000000:root" }, [
    allow(["s3:GetObject"], "arn:aws:s3:::shop-lake/*"),
  ]);
  const { Credentials } = await call(
    "sts",
    "AssumeRole",
    { RoleArn: "arn:aws:iam::000000000000:role/reader", RoleSessionName: "reader" },
    admin,
  );
  const s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: cloud.region,
    forcePathStyle: true,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
  await assert.rejects(
    s3.send(new PutObjectCommand({ Bucket: "shop-lake", Key: "secret/a", Body: "no" })),
    /not authorized/,
  );
  s3.destroy();
}

async function createRole(
  { administrator: admin, call }: Cloud,
  name: string,
  principal: object,
  statements: readonly object[],
): Promise<void> {
  await call(
    "iam",
    "CreateRole",
    {
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
      }),
    },
    admin,
  );
  await call(
    "iam",
    "PutRolePolicy",
    {
      RoleName: name,
      PolicyName: "permissions",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    },
    admin,
  );
}

const allow = (Action: readonly string[], Resource: string | readonly string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});

async function query({ call, administrator }: Cloud, QueryString: string): Promise<void> {
  const { QueryExecutionId = "" } = await call(
    "athena",
    "StartQueryExecution",
    { QueryString, WorkGroup: "shop" },
    administrator,
  );
  for (;;) {
    const { QueryExecution } = await call("athena", "GetQueryExecution", { QueryExecutionId }, administrator);
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") return;
    assert.ok(State === "QUEUED" || State === "RUNNING", StateChangeReason);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

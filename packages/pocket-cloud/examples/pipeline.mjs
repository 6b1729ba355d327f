import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { startCloud } from "pocket-cloud";

// Simulated time: minutes of buffering pass at once.
const cloud = await startCloud({ clock: { simulateFrom: Date.parse("2026-01-31T10:00:00Z") } });
const call = (service, operation, input) => cloud.call(service, operation, input, cloud.administrator);
const later = (minutes) => cloud.clock.advanceTo(cloud.clock.now() + minutes * 60_000);

/** A role for a service, with the permissions that it really needs. */
async function role(name, service, Action, Resource) {
  const document = (statement) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const { Role } = await call("iam", "CreateRole", {
    RoleName: name,
    AssumeRolePolicyDocument: document({ Principal: service, Action: "sts:AssumeRole" }),
  });
  const PolicyDocument = document({ Action, Resource });
  await call("iam", "PutRolePolicy", { RoleName: name, PolicyName: "rights", PolicyDocument });
  return Role.Arn;
}

// IAM is on: a role that may read is refused when it writes.
await call("s3", "CreateBucket", { Bucket: "lake" });
const reader = await role("reader", { AWS: cloud.accountId }, "s3:GetObject", "arn:aws:s3:::lake/*");
const { Credentials } = await call("sts", "AssumeRole", { RoleArn: reader, RoleSessionName: "me" });
const s3 = new S3({
  endpoint: cloud.endpoint,
  region: cloud.region,
  forcePathStyle: true,
  credentials: {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  },
});
await assert.rejects(
  s3.putObject({ Bucket: "lake", Key: "a", Body: "b" }),
  /not authorized to perform: s3:PutObject/,
);

// Firehose buffers, and partitions by a value in each record.
await call("firehose", "CreateDeliveryStream", {
  DeliveryStreamName: "prices",
  ExtendedS3DestinationConfiguration: {
    BucketARN: "arn:aws:s3:::lake",
    RoleARN: await role("delivery", { Service: "firehose.amazonaws.com" }, "s3:*", [
      "arn:aws:s3:::lake",
      "arn:aws:s3:::lake/*",
    ]),
    Prefix: "prices/symbol=!{partitionKeyFromQuery:symbol}/",
    ErrorOutputPrefix: "errors/!{firehose:error-output-type}/",
    BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 64 },
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [
        {
          Type: "MetadataExtraction",
          Parameters: [
            { ParameterName: "MetadataExtractionQuery", ParameterValue: "{symbol: .coin}" },
            { ParameterName: "JsonParsingEngine", ParameterValue: "JQ-1.6" },
          ],
        },
      ],
    },
  },
});
const rows = [
  { coin: "bitcoin", price: 90000.5 },
  { coin: "ethereum", price: 3000.25 },
  { coin: "bitcoin", price: 90001.5 },
];
await call("firehose", "PutRecordBatch", {
  DeliveryStreamName: "prices",
  Records: rows.map((row) => ({ Data: Buffer.from(`${JSON.stringify(row)}\n`) })),
});
const objects = async () =>
  ((await call("s3", "ListObjectsV2", { Bucket: "lake" })).Contents ?? []).map(
    ({ Key }) => Key.split("/")[1],
  );
assert.deepEqual(await objects(), []);
await later(2);
assert.deepEqual(await objects(), ["symbol=bitcoin", "symbol=ethereum"]);

// A crawler finds the table, its columns and its partitions.
await call("glue", "CreateDatabase", { DatabaseInput: { Name: "lake" } });
await call("glue", "CreateCrawler", {
  Name: "find",
  DatabaseName: "lake",
  Role: await role("crawler", { Service: "glue.amazonaws.com" }, ["s3:*", "glue:*", "logs:*"], "*"),
  Targets: { S3Targets: [{ Path: "s3://lake/prices/" }] },
});
await call("glue", "StartCrawler", { Name: "find" });
await later(10);
const { Table } = await call("glue", "GetTable", { DatabaseName: "lake", Name: "prices" });
assert.deepEqual(
  Table.StorageDescriptor.Columns.map(({ Name, Type }) => `${Name} ${Type}`),
  ["coin string", "price double"],
);

// Athena reads only the partitions that a query needs, here of a table with partition projection.
async function query(QueryString) {
  const { QueryExecutionId } = await call("athena", "StartQueryExecution", {
    QueryString,
    QueryExecutionContext: { Database: "lake" },
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  for (;;) {
    const { QueryExecution } = await call("athena", "GetQueryExecution", { QueryExecutionId });
    if (QueryExecution.Status.State === "FAILED") throw new Error(QueryExecution.Status.StateChangeReason);
    if (QueryExecution.Status.State === "SUCCEEDED") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { ResultSet } = await call("athena", "GetQueryResults", { QueryExecutionId });
  return ResultSet.Rows.slice(1).map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue));
}
await query(`CREATE EXTERNAL TABLE projected (coin string, price double) PARTITIONED BY (symbol string)
  ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/prices/'
  TBLPROPERTIES ('projection.enabled' = 'true', 'projection.symbol.type' = 'enum', 'projection.symbol.values' = 'bitcoin')`);
assert.deepEqual(await query("SELECT symbol, count(*), max(price) FROM projected GROUP BY symbol"), [
  ["bitcoin", "2", "90001.5"],
]);

s3.destroy();
await cloud.stop();
process.stdout.write("all of it works\n");

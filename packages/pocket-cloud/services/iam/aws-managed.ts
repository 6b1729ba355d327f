import type { ManagedPolicy } from "./store";

const PREFIX = "arn:aws:iam::aws:policy/service-role/";
const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

const statements: Readonly<Record<string, readonly object[]>> = {
  AWSLambdaBasicExecutionRole: [{ Effect: "Allow", Action: LOGS, Resource: "*" }],
  AWSLambdaKinesisExecutionRole: [
    {
      Effect: "Allow",
      Action: [
        ...["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"],
        ...["ListStreams", "SubscribeToShard"],
      ]
        .map((operation) => `kinesis:${operation}`)
        .concat(LOGS),
      Resource: "*",
    },
  ],
  AWSGlueServiceRole: [
    {
      Effect: "Allow",
      Action: [
        "glue:*",
        ...["s3:GetBucketLocation", "s3:ListBucket", "s3:ListAllMyBuckets", "s3:GetBucketAcl"],
        ...["iam:ListRolePolicies", "iam:GetRole", "iam:GetRolePolicy", "cloudwatch:PutMetricData"],
      ],
      Resource: ["*"],
    },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: ["arn:aws:s3:::aws-glue-*/*", "arn:aws:s3:::*/*aws-glue-*/*"],
    },
    {
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::crawler-public*", "arn:aws:s3:::aws-glue-*"],
    },
    { Effect: "Allow", Action: LOGS, Resource: ["arn:aws:logs:*:*:*:/aws-glue/*"] },
  ],
};

/** The AWS managed policies that exist here: those that service roles of a data pipeline attach. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const name = arn.startsWith(PREFIX) ? arn.slice(PREFIX.length) : "";
  const found = Object.hasOwn(statements, name) ? statements[name] : undefined;
  if (!found) return undefined;
  const created = new Date("2015-04-09T15:03:43Z");
  const document = JSON.stringify({ Version: "2012-10-17", Statement: found });
  return {
    name,
    path: "/service-role/",
    arn,
    id: `ANPA${name.toUpperCase().slice(0, 16)}`,
    created,
    updated: created,
    tags: {},
    versions: [{ id: "v1", document, created, isDefault: true }],
    nextVersion: 2,
  };
}

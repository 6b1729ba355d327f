/** A statement that allows actions, such as "kinesis: Get* List*; logs: PutLogEvents". */
export interface Grant {
  readonly actions: string;
  /** Every resource by default. */
  readonly resources?: readonly string[];
  readonly condition?: object;
}

export interface AwsPolicy {
  readonly path?: "/service-role/";
  /** The version whose rights are listed, and its date. */
  readonly version: string;
  readonly date: string;
  readonly grants: readonly Grant[];
}

const LOGS = "logs: CreateLogGroup CreateLogStream PutLogEvents";

const passTo = (...services: string[]) => ({
  StringLike: { "iam:PassedToService": services.map((name) => `${name}.amazonaws.com`) },
});

/** A policy without a path whose statements apply to every resource. */
const everywhere = (version: string, date: string, ...actions: string[]): AwsPolicy => ({
  version,
  date,
  grants: actions.map((each) => ({ actions: each })),
});

const serviceRole = (version: string, date: string, actions: string): AwsPolicy => ({
  path: "/service-role/",
  version,
  date,
  grants: [{ actions }],
});

/**
 * The rights of AWS managed policies on the services that exist here (AWS Managed Policy Reference Guide). Their rights on
 * other services are left out, because no call needs them.
 */
export const awsManagedPolicies: Readonly<Record<string, AwsPolicy>> = {
  AdministratorAccess: everywhere("v1", "2015-02-06", "*"),
  AmazonKinesisFullAccess: everywhere("v1", "2015-02-06", "kinesis: *"),
  AmazonKinesisReadOnlyAccess: everywhere("v1", "2015-02-06", "kinesis: Get* List* Describe*"),
  AmazonKinesisFirehoseFullAccess: everywhere("v1", "2015-10-07", "firehose: *"),
  AmazonKinesisFirehoseReadOnlyAccess: everywhere("v1", "2015-10-07", "firehose: Describe* List*"),
  AmazonS3FullAccess: everywhere("v2", "2021-09-27", "s3: *"),
  AmazonS3ReadOnlyAccess: everywhere("v3", "2023-08-10", "s3: Get* List* Describe*"),
  AmazonSQSFullAccess: everywhere("v1", "2015-02-06", "sqs: *"),
  AmazonSQSReadOnlyAccess: everywhere(
    "v4",
    "2024-05-24",
    "sqs: GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListQueues ListMessageMoveTasks ListQueueTags",
  ),
  AmazonSNSFullAccess: everywhere("v2", "2024-09-24", "sns: *"),
  AmazonSNSReadOnlyAccess: everywhere(
    "v2",
    "2024-09-24",
    "sns: GetTopicAttributes List* CheckIfPhoneNumberIsOptedOut GetEndpointAttributes GetDataProtectionPolicy GetPlatformApplicationAttributes GetSMSAttributes GetSMSSandboxAccountStatus GetSubscriptionAttributes",
  ),
  AmazonSSMReadOnlyAccess: everywhere("v1", "2015-05-29", "ssm: Describe* Get* List*"),
  AmazonDynamoDBFullAccess: {
    version: "v15",
    date: "2021-01-29",
    grants: [
      {
        actions:
          "dynamodb: *; cloudwatch: DeleteAlarms DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric GetMetricStatistics ListMetrics PutMetricAlarm GetMetricData; iam: GetRole ListRoles; kms: DescribeKey ListAliases; sns: CreateTopic DeleteTopic ListSubscriptions ListSubscriptionsByTopic ListTopics Subscribe Unsubscribe SetTopicAttributes; lambda: CreateFunction ListFunctions ListEventSourceMappings CreateEventSourceMapping DeleteEventSourceMapping GetFunctionConfiguration DeleteFunction; kinesis: ListStreams DescribeStream DescribeStreamSummary",
      },
      { actions: "iam: PassRole", condition: passTo("application-autoscaling", "dax") },
    ],
  },
  AmazonDynamoDBFullAccess_v2: everywhere(
    "v3",
    "2026-02-12",
    "dynamodb: *; kms: DescribeKey ListAliases; lambda: ListEventSourceMappings ListFunctions; sns: ListTopics; cloudwatch: DescribeAlarms GetMetricStatistics GetMetricData; kinesis: ListStreams DescribeStream DescribeStreamSummary; iam: ListRoles",
  ),
  AmazonDynamoDBReadOnlyAccess: everywhere(
    "v15",
    "2024-11-18",
    "dynamodb: BatchGetItem Describe* List* GetAbacStatus GetItem GetResourcePolicy Query Scan PartiQLSelect; cloudwatch: DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric GetMetricStatistics ListMetrics GetMetricData; iam: GetRole ListRoles; kms: DescribeKey ListAliases; sns: ListSubscriptionsByTopic ListTopics; lambda: ListFunctions ListEventSourceMappings GetFunctionConfiguration; kinesis: ListStreams DescribeStream DescribeStreamSummary",
  ),
  AWSLambda_FullAccess: {
    version: "v7",
    date: "2026-02-12",
    grants: [
      {
        actions:
          "lambda: *; cloudwatch: ListMetrics GetMetricData; kms: DescribeKey ListAliases; iam: GetPolicy GetPolicyVersion GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoles; logs: DescribeLogGroups",
      },
      { actions: "iam: PassRole", condition: passTo("lambda") },
      {
        actions: "logs: DescribeLogStreams GetLogEvents FilterLogEvents",
        resources: ["arn:aws:logs:*:*:log-group:/aws/lambda/*"],
      },
    ],
  },
  AWSLambda_ReadOnlyAccess: {
    version: "v5",
    date: "2026-02-12",
    grants: [
      {
        actions:
          "lambda: Get* List*; cloudwatch: GetMetricData ListMetrics; kms: ListAliases; iam: GetPolicy GetPolicyVersion GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoles; logs: DescribeLogGroups",
      },
      {
        actions:
          "logs: DescribeLogStreams GetLogEvents FilterLogEvents StartQuery StopQuery DescribeQueries GetLogGroupFields GetLogRecord GetQueryResults",
        resources: ["arn:aws:logs:*:*:log-group:/aws/lambda/*"],
      },
    ],
  },
  AWSLambdaExecute: {
    version: "v1",
    date: "2015-02-06",
    grants: [
      { actions: "logs: *", resources: ["arn:aws:logs:*:*:*"] },
      { actions: "s3: GetObject PutObject", resources: ["arn:aws:s3:::*"] },
    ],
  },
  "AWSLambdaInvocation-DynamoDB": everywhere(
    "v1",
    "2015-02-06",
    "lambda: InvokeFunction; dynamodb: DescribeStream GetRecords GetShardIterator ListStreams",
  ),
  AWSLambdaRole: serviceRole("v1", "2015-02-06", "lambda: InvokeFunction"),
  AWSLambdaBasicExecutionRole: serviceRole("v1", "2015-04-09", LOGS),
  AWSLambdaDynamoDBExecutionRole: serviceRole(
    "v1",
    "2015-04-09",
    `dynamodb: DescribeStream GetRecords GetShardIterator ListStreams; ${LOGS}`,
  ),
  AWSLambdaKinesisExecutionRole: serviceRole(
    "v2",
    "2018-11-19",
    `kinesis: DescribeStream DescribeStreamSummary GetRecords GetShardIterator ListShards ListStreams SubscribeToShard; ${LOGS}`,
  ),
  AWSLambdaSQSQueueExecutionRole: serviceRole(
    "v1",
    "2018-06-14",
    `sqs: ReceiveMessage DeleteMessage GetQueueAttributes; ${LOGS}`,
  ),
  AWSLambdaMSKExecutionRole: serviceRole("v2", "2022-08-02", LOGS),
  AWSLambdaVPCAccessExecutionRole: serviceRole("v3", "2024-01-05", LOGS),
  AWSGlueServiceRole: {
    path: "/service-role/",
    version: "v5",
    date: "2023-09-11",
    grants: [
      {
        actions:
          "glue: *; s3: GetBucketLocation ListBucket ListAllMyBuckets GetBucketAcl; iam: ListRolePolicies GetRole GetRolePolicy; cloudwatch: PutMetricData",
      },
      { actions: "s3: CreateBucket", resources: ["arn:aws:s3:::aws-glue-*"] },
      {
        actions: "s3: GetObject PutObject DeleteObject",
        resources: ["arn:aws:s3:::aws-glue-*/*", "arn:aws:s3:::*/*aws-glue-*/*"],
      },
      {
        actions: "s3: GetObject",
        resources: ["arn:aws:s3:::crawler-public*", "arn:aws:s3:::aws-glue-*"],
      },
      { actions: LOGS, resources: ["arn:aws:logs:*:*:*:/aws-glue/*"] },
    ],
  },
  AWSGlueConsoleFullAccess: {
    version: "v14",
    date: "2023-07-14",
    grants: [
      {
        actions:
          "glue: *; iam: ListRoles ListUsers ListGroups ListRolePolicies GetRole GetRolePolicy ListAttachedRolePolicies; s3: ListAllMyBuckets ListBucket GetBucketAcl GetBucketLocation; dynamodb: ListTables; kms: ListAliases DescribeKey; cloudwatch: GetMetricData ListDashboards",
      },
      {
        actions: "s3: GetObject PutObject",
        resources: ["arn:aws:s3:::aws-glue-*/*", "arn:aws:s3:::*/*aws-glue-*/*", "arn:aws:s3:::aws-glue-*"],
      },
      { actions: "s3: CreateBucket", resources: ["arn:aws:s3:::aws-glue-*"] },
      { actions: "logs: GetLogEvents", resources: ["arn:aws:logs:*:*:/aws-glue/*"] },
      {
        actions: "iam: PassRole",
        resources: [
          "arn:aws:iam::*:role/AWSGlueServiceRole*",
          "arn:aws:iam::*:role/service-role/AWSGlueServiceRole*",
        ],
        condition: passTo("glue"),
      },
    ],
  },
  AmazonAthenaFullAccess: {
    version: "v15",
    date: "2026-02-12",
    grants: [
      {
        actions:
          "athena: *; glue: CreateDatabase DeleteDatabase GetCatalog GetCatalogs GetDatabase GetDatabases UpdateDatabase CreateTable DeleteTable BatchDeleteTable UpdateTable GetTable GetTables BatchCreatePartition CreatePartition DeletePartition BatchDeletePartition UpdatePartition GetPartition GetPartitions BatchGetPartition StartColumnStatisticsTaskRun GetColumnStatisticsTaskRun GetColumnStatisticsTaskRuns GetCatalogImportStatus; s3: ListBucket GetBucketLocation ListAllMyBuckets; sns: ListTopics GetTopicAttributes; cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms GetMetricData",
      },
      {
        actions:
          "s3: GetBucketLocation GetObject ListBucket ListBucketMultipartUploads ListMultipartUploadParts AbortMultipartUpload CreateBucket PutObject PutBucketPublicAccessBlock",
        resources: ["arn:aws:s3:::aws-athena-query-results-*"],
      },
      { actions: "s3: GetObject ListBucket", resources: ["arn:aws:s3:::athena-examples*"] },
    ],
  },
  CloudWatchFullAccess: everywhere(
    "v4",
    "2022-11-27",
    "cloudwatch: *; logs: *; sns: *; iam: GetPolicy GetPolicyVersion GetRole",
  ),
  CloudWatchFullAccessV2: everywhere(
    "v15",
    "2026-02-12",
    "cloudwatch: *; logs: *; sns: CreateTopic ListSubscriptions ListSubscriptionsByTopic ListTopics Subscribe; iam: GetPolicy GetPolicyVersion GetRole",
  ),
  CloudWatchReadOnlyAccess: everywhere(
    "v24",
    "2026-02-12",
    "cloudwatch: BatchGet* Describe* GenerateQuery Get* List*; logs: Get* List* StartQuery StopQuery Describe* TestMetricFilter FilterLogEvents StartLiveTail StopLiveTail; sns: Get* List*",
  ),
  CloudWatchLogsFullAccess: everywhere(
    "v8",
    "2026-02-12",
    "logs: *; cloudwatch: GenerateQuery GenerateQueryResultsSummary",
  ),
  CloudWatchLogsReadOnlyAccess: everywhere(
    "v12",
    "2026-02-12",
    "logs: Describe* Get* List* StartQuery StopQuery TestMetricFilter FilterLogEvents StartLiveTail StopLiveTail; cloudwatch: GenerateQuery GenerateQueryResultsSummary",
  ),
  CloudWatchAgentServerPolicy: {
    version: "v3",
    date: "2024-02-06",
    grants: [
      {
        actions: `cloudwatch: PutMetricData; ${LOGS} PutRetentionPolicy DescribeLogStreams DescribeLogGroups`,
      },
      { actions: "ssm: GetParameter", resources: ["arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"] },
    ],
  },
};

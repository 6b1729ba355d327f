import { call } from "../kit/api";
import { allPages } from "../kit/live";
import type { Resources } from "./model";

/** Reads what the pipeline is made of. Services that do not run have nothing. */
export async function readResources(services: readonly string[], signal: AbortSignal): Promise<Resources> {
  const runs = (service: string) => services.includes(service);
  const none = async () => [];
  const [streams, functions, mappings, schedules, deliveries, tables, buckets, topics, queues, glue] =
    await Promise.all([
      runs("kinesis") ? readStreams(signal) : none(),
      runs("lambda") ? readFunctions(signal) : none(),
      runs("lambda") ? readMappings(signal) : none(),
      runs("scheduler") ? readSchedules(signal) : none(),
      runs("firehose") ? readDeliveries(signal) : none(),
      runs("dynamodb") ? readTables() : none(),
      runs("s3") ? readBuckets(signal) : none(),
      runs("sns") ? readTopics(signal) : none(),
      runs("sqs") ? readQueues(signal) : none(),
      runs("glue") ? readCatalogue(signal) : { crawlers: [], databases: [] },
    ]);
  return { streams, functions, mappings, schedules, deliveries, tables, buckets, topics, queues, ...glue };
}

async function readStreams(signal: AbortSignal) {
  const { StreamSummaries = [] } = await call("kinesis", "ListStreams", { Limit: 1000 }, signal);
  return StreamSummaries.map(({ StreamARN = "", StreamName = "" }) => ({ arn: StreamARN, name: StreamName }));
}

async function readFunctions(signal: AbortSignal) {
  const functions = await allPages(
    (Marker) => call("lambda", "ListFunctions", { MaxItems: 50, Marker }, signal),
    ({ Functions }) => Functions,
    ({ NextMarker }) => NextMarker,
  );
  return Promise.all(
    functions.map(async ({ FunctionArn = "", FunctionName = "", Role = "" }) => ({
      arn: FunctionArn,
      name: FunctionName,
      writes: await writesOf(Role.split("/").at(-1) ?? "", signal).catch(() => []),
    })),
  );
}

/** Actions by which a function passes data on. */
const WRITES =
  /^(?:kinesis:PutRecords?|firehose:PutRecord(?:Batch)?|s3:PutObject|dynamodb:(?:Put|Update|BatchWrite)Item|sns:Publish|sqs:SendMessage)$/i;

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** The resources that a role's policies let it write to. An object's ARN counts as that of its bucket. */
async function writesOf(RoleName: string, signal: AbortSignal): Promise<string[]> {
  const documents = await Promise.all([inlinePolicies(RoleName, signal), attachedPolicies(RoleName, signal)]);
  const statements = documents.flat().flatMap((document = "{}") => {
    const { Statement = [] } = JSON.parse(decodeURIComponent(document)) as {
      Statement?: Statement | Statement[];
    };
    return Array.isArray(Statement) ? Statement : [Statement];
  });
  return statements
    .filter(
      ({ Effect, Action }) => Effect === "Allow" && [Action ?? []].flat().some((each) => WRITES.test(each)),
    )
    .flatMap(({ Resource = [] }) => [Resource].flat())
    .map((arn) => (arn.startsWith("arn:aws:s3:::") ? (arn.split("/")[0] ?? arn) : arn));
}

async function inlinePolicies(RoleName: string, signal: AbortSignal) {
  const { PolicyNames = [] } = await call("iam", "ListRolePolicies", { RoleName }, signal);
  const policies = await Promise.all(
    PolicyNames.map((PolicyName) => call("iam", "GetRolePolicy", { RoleName, PolicyName }, signal)),
  );
  return policies.map(({ PolicyDocument }) => PolicyDocument);
}

/** The customer's managed policies: those of AWS name no resource. */
async function attachedPolicies(RoleName: string, signal: AbortSignal) {
  const { AttachedPolicies = [] } = await call("iam", "ListAttachedRolePolicies", { RoleName }, signal);
  const own = AttachedPolicies.flatMap(({ PolicyArn = "" }) =>
    PolicyArn.startsWith("arn:aws:iam::aws:") ? [] : [PolicyArn],
  );
  return Promise.all(
    own.map(async (PolicyArn) => {
      const { Policy } = await call("iam", "GetPolicy", { PolicyArn }, signal);
      const VersionId = Policy?.DefaultVersionId;
      const { PolicyVersion } = await call("iam", "GetPolicyVersion", { PolicyArn, VersionId }, signal);
      return PolicyVersion?.Document;
    }),
  );
}

async function readMappings(signal: AbortSignal) {
  const mappings = await allPages(
    (Marker) => call("lambda", "ListEventSourceMappings", { MaxItems: 100, Marker }, signal),
    ({ EventSourceMappings }) => EventSourceMappings,
    ({ NextMarker }) => NextMarker,
  );
  return mappings.map(({ EventSourceArn = "", FunctionArn = "", DestinationConfig }) => ({
    // The source of a dedicated reader is the consumer, whose ARN begins with that of its stream.
    source: EventSourceArn.split("/consumer/")[0] ?? "",
    functionArn: FunctionArn,
    ...(DestinationConfig?.OnFailure?.Destination !== undefined && {
      onFailure: DestinationConfig.OnFailure.Destination,
    }),
  }));
}

async function readSchedules(signal: AbortSignal) {
  const schedules = await allPages(
    (NextToken) => call("scheduler", "ListSchedules", { MaxResults: 100, NextToken }, signal),
    ({ Schedules }) => Schedules,
    ({ NextToken }) => NextToken,
  );
  return Promise.all(
    schedules.map(async ({ Arn = "", Name = "", GroupName, Target }) => {
      const target = Target?.Arn ?? "";
      if (!/aws-sdk:glue:startCrawler/i.test(target)) return { arn: Arn, name: Name, target };
      const { Target: full } = await call("scheduler", "GetSchedule", { Name, GroupName }, signal);
      const { Name: crawler = "" } = JSON.parse(full?.Input ?? "{}") as { Name?: string };
      return { arn: Arn, name: Name, target: `crawler/${crawler}` };
    }),
  );
}

async function readDeliveries(signal: AbortSignal) {
  const { DeliveryStreamNames = [] } = await call(
    "firehose",
    "ListDeliveryStreams",
    { Limit: 10_000 },
    signal,
  );
  return Promise.all(
    DeliveryStreamNames.map(async (DeliveryStreamName) => {
      const { DeliveryStreamDescription: description } = await call(
        "firehose",
        "DescribeDeliveryStream",
        { DeliveryStreamName },
        signal,
      );
      const to = description?.Destinations?.[0]?.ExtendedS3DestinationDescription;
      const source = description?.Source?.KinesisStreamSourceDescription?.KinesisStreamARN;
      const processors = (to?.ProcessingConfiguration?.Processors ?? []).flatMap(({ Parameters = [] }) =>
        Parameters.flatMap(({ ParameterName, ParameterValue }) =>
          ParameterName === "LambdaArn" && ParameterValue ? [ParameterValue] : [],
        ),
      );
      return {
        arn: description?.DeliveryStreamARN ?? "",
        name: DeliveryStreamName,
        processors,
        ...(source !== undefined && { source }),
        ...(to?.BucketARN !== undefined && { bucketArn: to.BucketARN }),
      };
    }),
  );
}

async function readTables() {
  const { TableNames = [] } = await call("dynamodb", "ListTables", { Limit: 100 });
  const tables = await Promise.all(
    TableNames.map((TableName) => call("dynamodb", "DescribeTable", { TableName })),
  );
  return tables.map(({ Table }) => ({ arn: Table?.TableArn ?? "", name: Table?.TableName ?? "" }));
}

async function readBuckets(signal: AbortSignal) {
  const { Buckets = [] } = await call("s3", "ListBuckets", {}, signal);
  return Buckets.flatMap(({ Name }) => Name ?? []);
}

async function readTopics(signal: AbortSignal) {
  const topics = await allPages(
    (NextToken) => call("sns", "ListTopics", { NextToken }, signal),
    ({ Topics }) => Topics,
    ({ NextToken }) => NextToken,
  );
  return Promise.all(
    topics.map(async ({ TopicArn = "" }) => {
      const { Subscriptions = [] } = await call("sns", "ListSubscriptionsByTopic", { TopicArn }, signal);
      return { arn: TopicArn, subscribers: Subscriptions.flatMap(({ Endpoint }) => Endpoint ?? []) };
    }),
  );
}

async function readQueues(signal: AbortSignal) {
  const { QueueUrls = [] } = await call("sqs", "ListQueues", { MaxResults: 1000 }, signal);
  return Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const { Attributes } = await call(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl, AttributeNames: ["QueueArn"] },
        signal,
      );
      return Attributes?.QueueArn ?? "";
    }),
  );
}

const bucketOf = (location: string | undefined): string | undefined =>
  /^s3[an]?:\/\/([^/]+)/.exec(location ?? "")?.[1];

async function readCatalogue(signal: AbortSignal) {
  const [{ DatabaseList = [] }, { Crawlers = [] }] = await Promise.all([
    call("glue", "GetDatabases", {}, signal),
    call("glue", "GetCrawlers", {}, signal),
  ]);
  const databases = await Promise.all(
    DatabaseList.map(async ({ Name = "" }) => {
      const { TableList = [] } = await call("glue", "GetTables", { DatabaseName: Name }, signal);
      const buckets = TableList.flatMap(
        ({ StorageDescriptor }) => bucketOf(StorageDescriptor?.Location) ?? [],
      );
      return { name: Name, buckets: [...new Set(buckets)] };
    }),
  );
  const crawlers = Crawlers.map(({ Name = "", DatabaseName = "", Targets }) => ({
    name: Name,
    database: DatabaseName,
    buckets: (Targets?.S3Targets ?? []).flatMap(({ Path }) => bucketOf(Path) ?? []),
  }));
  return { databases, crawlers };
}

import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type Cloud, startCloud } from "../../pocket-cloud";
import { awsCaller, type CallAws } from "../aws";
import { deployProgram } from "../deploy/deploy";
import type { Deployment } from "../deploy/deployment";
import { nameOfUrn } from "../registration";
import { project } from "./program";

/** One resource of each type with tags. */
const PROGRAM = `
  const trust = (service) => JSON.stringify({ Version: "2012-10-17", Statement: [
    { Effect: "Allow", Principal: { Service: [service + ".amazonaws.com"] }, Action: "sts:AssumeRole" }] });
  const role = (service) => new aws.iam.Role(service + "-role", { name: service, assumeRolePolicy: trust(service) });
  const allow = (role, actions) => new aws.iam.RolePolicy("allow", { name: "allow", role: role.name,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }) });
  const bucket = new aws.s3.Bucket("bucket", { bucket: "tags-bucket" });
  const database = new aws.glue.CatalogDatabase("database", { name: "tags" });
  new aws.glue.Crawler("crawler", { name: "tags", role: role("glue").arn, databaseName: database.name,
    s3Targets: [{ path: pulumi.interpolate\`s3://\${bucket.bucket}/in\` }] });
  new aws.cloudwatch.LogGroup("log-group", { name: "/tags", retentionInDays: 1 });
  new aws.cloudwatch.MetricAlarm("alarm", { name: "tags", comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1, threshold: 1, metricName: "m", namespace: "n", period: 60, statistic: "Sum" });
  const stream = new aws.kinesis.Stream("stream", { name: "tags", shardCount: 1 });
  new aws.kinesis.FirehoseDeliveryStream("delivery", { name: "tags", destination: "extended_s3",
    extendedS3Configuration: { bucketArn: bucket.arn, roleArn: role("firehose").arn } });
  new aws.dynamodb.Table("table", { name: "tags", billingMode: "PAY_PER_REQUEST", hashKey: "id",
    attributes: [{ name: "id", type: "S" }] });
  new aws.sqs.Queue("queue", { name: "tags" });
  new aws.sns.Topic("topic", { name: "tags" });
  new aws.ssm.Parameter("parameter", { name: "/tags", type: "String", value: "x" });
  exports.key = new aws.kms.Key("key", { description: "tags" }).keyId;
  new aws.budgets.Budget("budget", { name: "tags", budgetType: "COST", timeUnit: "MONTHLY", limitAmount: "1",
    limitUnit: "USD" });
  new aws.athena.Workgroup("workgroup", { name: "tags" });
  const lambda = role("lambda");
  const rights = allow(lambda, ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:ListStreams"]);
  const fn = new aws.lambda.Function("function", { name: "tags", role: lambda.arn, handler: "index.handler",
    runtime: "nodejs22.x", code: new pulumi.asset.AssetArchive({ "index.js":
      new pulumi.asset.StringAsset("exports.handler = async () => {};") }) });
  exports.mapping = new aws.lambda.EventSourceMapping("mapping", { functionName: fn.name, eventSourceArn: stream.arn,
    startingPosition: "LATEST", enabled: false }, { dependsOn: [rights] }).arn;
`;

type Tags = Readonly<Record<string, string | undefined>>;
type Listed =
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | undefined;
const listed = (tags: Listed = []): Tags =>
  Object.fromEntries(tags.map(({ Key = "", Value }) => [Key, Value]));
const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:eu-west-1:000000000000:${resource}`;

/** The tags that AWS has, by the resource's name in the program. */
async function tagsIn(call: CallAws, { key, mapping }: Deployment["outputs"]): Promise<Record<string, Tags>> {
  const glue = async (name: string) =>
    (await call("glue", "GetTags", { ResourceArn: arn("glue", name) })).Tags ?? {};
  const role = async (RoleName: string) => listed((await call("iam", "ListRoleTags", { RoleName })).Tags);
  const lambda = async (Resource: string) => (await call("lambda", "ListTags", { Resource })).Tags ?? {};
  return {
    alarm: listed(
      (await call("cloudwatch", "ListTagsForResource", { ResourceARN: arn("cloudwatch", "alarm:tags") }))
        .Tags,
    ),
    bucket: listed((await call("s3", "GetBucketTagging", { Bucket: "tags-bucket" })).TagSet),
    budget: listed(
      (
        await call("budgets", "ListTagsForResource", {
          ResourceARN: "arn:aws:budgets::000000000000:budget/tags",
        })
      ).ResourceTags,
    ),
    crawler: await glue("crawler/tags"),
    database: await glue("database/tags"),
    delivery: listed(
      (await call("firehose", "ListTagsForDeliveryStream", { DeliveryStreamName: "tags" })).Tags,
    ),
    "firehose-role": await role("firehose"),
    function: await lambda(arn("lambda", "function:tags")),
    "glue-role": await role("glue"),
    key: Object.fromEntries(
      ((await call("kms", "ListResourceTags", { KeyId: String(key) })).Tags ?? []).map((tag) => [
        tag.TagKey,
        tag.TagValue,
      ]),
    ),
    "lambda-role": await role("lambda"),
    "log-group":
      (await call("cloudwatch-logs", "ListTagsForResource", { resourceArn: arn("logs", "log-group:/tags") }))
        .tags ?? {},
    mapping: await lambda(String(mapping)),
    parameter: listed(
      (await call("ssm", "ListTagsForResource", { ResourceType: "Parameter", ResourceId: "/tags" })).TagList,
    ),
    queue:
      (
        await call("sqs", "ListQueueTags", {
          QueueUrl: (await call("sqs", "GetQueueUrl", { QueueName: "tags" })).QueueUrl,
        })
      ).Tags ?? {},
    stream: listed((await call("kinesis", "ListTagsForStream", { StreamName: "tags" })).Tags),
    table: listed(
      (await call("dynamodb", "ListTagsOfResource", { ResourceArn: arn("dynamodb", "table/tags") })).Tags,
    ),
    topic: listed((await call("sns", "ListTagsForResource", { ResourceArn: arn("sns", "tags") })).Tags),
    workgroup: listed(
      (await call("athena", "ListTagsForResource", { ResourceARN: arn("athena", "workgroup/tags") })).Tags,
    ),
  };
}

describe("Tags", () => {
  const tagged = project(PROGRAM);
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud({ dir: join(tagged.dir, "state"), region: "eu-west-1" });
  });
  after(async () => {
    await cloud.stop();
    tagged.remove();
  });

  const deploy = (tags: object): Promise<Deployment> => {
    const { endpoint, credentials } = cloud;
    const config = { "aws:defaultTags": JSON.stringify({ tags }) };
    const statePath = join(tagged.dir, "stack.json");
    return deployProgram({ dir: tagged.dir, stack: "test", endpoint, credentials, statePath, config });
  };

  it("are given to every resource that can have them, and follow the program", async () => {
    const { endpoint, credentials } = cloud;
    const { call, close } = awsCaller({ endpoint, credentials, region: "eu-west-1" });
    const first = await deploy({ project: "a", owner: "b" });
    const before = await tagsIn(call, first.outputs);
    for (const [name, tags] of Object.entries(before))
      assert.deepEqual(tags, { project: "a", owner: "b" }, name);
    const second = await deploy({ project: "c", stage: "d" });
    assert.deepEqual(second.updated.map(nameOfUrn).sort(), Object.keys(before).sort());
    const after = await tagsIn(call, second.outputs);
    for (const [name, tags] of Object.entries(after))
      assert.deepEqual(tags, { project: "c", stage: "d" }, name);
    close();
  });
});

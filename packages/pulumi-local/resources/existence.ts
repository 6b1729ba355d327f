import type { CallAws } from "../aws";
import type { DeployedResource } from "../deploy/state";

/** A resource that was created, as an engine has recorded it. */
type Recorded = Pick<DeployedResource, "type" | "id" | "inputs" | "outputs" | "pending">;

type Read = (call: CallAws, name: string, resource: Recorded) => Promise<unknown>;

const text = (resource: Recorded, input: string): string => String(resource.inputs[input]);

/**
 * How a deployed resource is read, by type: the types that people delete by hand and that a program cannot do without.
 * `name` is the input "name". A call that fails with a not-found error means that the resource is gone.
 */
const reads: Readonly<Record<string, Read>> = {
  "aws:athena/workgroup:Workgroup": (call, WorkGroup) => call("athena", "GetWorkGroup", { WorkGroup }),
  "aws:cloudwatch/logGroup:LogGroup": async (call, name) => {
    const { logGroups = [] } = await call("cloudwatch-logs", "DescribeLogGroups", {
      logGroupNamePrefix: name,
    });
    if (!logGroups.some(({ logGroupName }) => logGroupName === name)) throw new ResourceGone();
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": async (call, name) => {
    const { MetricAlarms = [] } = await call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] });
    if (MetricAlarms.length === 0) throw new ResourceGone();
  },
  "aws:dynamodb/table:Table": (call, TableName) => call("dynamodb", "DescribeTable", { TableName }),
  "aws:glue/catalogDatabase:CatalogDatabase": (call, Name) => call("glue", "GetDatabase", { Name }),
  "aws:glue/catalogTable:CatalogTable": (call, Name, resource) =>
    call("glue", "GetTable", { DatabaseName: text(resource, "databaseName"), Name }),
  "aws:iam/role:Role": (call, RoleName) => call("iam", "GetRole", { RoleName }),
  "aws:iam/rolePolicy:RolePolicy": (call, PolicyName, resource) =>
    call("iam", "GetRolePolicy", { RoleName: text(resource, "role"), PolicyName }),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (call, DeliveryStreamName) =>
    call("firehose", "DescribeDeliveryStream", { DeliveryStreamName }),
  "aws:kinesis/stream:Stream": (call, StreamName) => call("kinesis", "DescribeStreamSummary", { StreamName }),
  "aws:lambda/eventSourceMapping:EventSourceMapping": (call, _, { id }) =>
    call("lambda", "GetEventSourceMapping", { UUID: id }),
  "aws:lambda/function:Function": (call, FunctionName) =>
    call("lambda", "GetFunctionConfiguration", { FunctionName }),
  "aws:s3/bucket:Bucket": (call, _, resource) =>
    call("s3", "HeadBucket", { Bucket: text(resource, "bucket") }),
  "aws:s3/bucketPolicy:BucketPolicy": (call, _, resource) =>
    call("s3", "GetBucketPolicy", { Bucket: text(resource, "bucket") }),
  "aws:scheduler/schedule:Schedule": (call, Name, { inputs }) =>
    call("scheduler", "GetSchedule", { Name, GroupName: inputs.groupName as string | undefined }),
  "aws:sns/topic:Topic": (call, _, { outputs }) =>
    call("sns", "GetTopicAttributes", { TopicArn: String(outputs.arn) }),
  "aws:sqs/queue:Queue": (call, QueueName) => call("sqs", "GetQueueUrl", { QueueName }),
};

class ResourceGone extends Error {
  override readonly name = "ResourceNotFound";
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && /NotFound|NoSuch|NonExistent|DoesNotExist/.test(error.name);

/** Whether a deployed resource still exists. Types without a read are assumed to. Any other error counts as existing. */
export async function stillExists(call: CallAws, resource: Recorded): Promise<boolean> {
  const read = reads[resource.type];
  if (!read || resource.pending) return true;
  try {
    await read(call, text(resource, "name"), resource);
    return true;
  } catch (error) {
    return !isGone(error);
  }
}

/** Whether a read failed because there is no such resource. Athena reports one as an invalid request. */
export const isGone = (error: unknown): boolean =>
  isNotFound(error) || (error instanceof Error && /is not found/.test(error.message));

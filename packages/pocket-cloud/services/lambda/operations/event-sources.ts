import type { CreateEventSourceMappingRequest, FunctionConfiguration } from "@aws-sdk/client-lambda";
import { AwsError, unsupported } from "../../../errors";
import { queueUrl } from "../../shared/queues";
import type { Lambda } from "../operation";
import { invalid } from "../store";

/** Members that apply to streams but not to queues. */
const STREAM_ONLY = [
  "ParallelizationFactor",
  "MaximumRecordAgeInSeconds",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "DestinationConfig",
  "StartingPosition",
] as const;

export const isQueue = (arn: string): boolean => /^arn:aws:sqs:[^:]+:\d{12}:[\w.-]+$/.test(arn);

const isTableStream = (arn: string): boolean =>
  /^arn:aws:dynamodb:[^:]+:\d{12}:table\/[\w.-]+\/stream\/[\dT:.-]+$/.test(arn);

export function checkSource(arn: string, input: CreateEventSourceMappingRequest): void {
  if (isQueue(arn)) {
    const refused = STREAM_ONLY.find((member) => input[member] !== undefined);
    if (refused) throw invalid(`Unsupported ${refused} parameter for given event source mapping type.`);
    if ((input.BatchSize ?? 0) > 10 && !input.MaximumBatchingWindowInSeconds)
      throw invalid(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
      );
    return;
  }
  if (!isTableStream(arn) && !/^arn:aws:kinesis:[^:]+:\d{12}:stream\/[\w.-]+$/.test(arn))
    throw unsupported(`the event source ${JSON.stringify(arn)}`);
  if (!input.StartingPosition)
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  // Source: API reference, CreateEventSourceMapping: AT_TIMESTAMP is supported for Kinesis, MSK and Kafka.
  if (isTableStream(arn) && input.StartingPosition === "AT_TIMESTAMP")
    throw invalid(`Unsupported starting position for arn type: ${arn}`);
}

/** As in AWS, the role's rights are checked when a mapping is created. */
export function checkAccess(lambda: Lambda, role: string, name: string, arn: string): void {
  const identities = lambda.cloud.identities();
  const caller = identities.assume(role, name, "lambda.amazonaws.com");
  if (isQueue(arn)) {
    for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
      if (!allowed(() => identities.authorize(caller, `sqs:${action}`, [arn])))
        throw invalid(`The provided execution role does not have permissions to call ${action} on SQS`);
    return;
  }
  const [service, listing] = isTableStream(arn) ? ["dynamodb", "ListStreams"] : ["kinesis", "ListShards"];
  const needed = ["GetRecords", "GetShardIterator", "DescribeStream", listing];
  // ListStreams lists the streams of all tables, so it is granted for any resource.
  const resource = (action: string) => (action === "ListStreams" ? "*" : arn);
  if (
    needed.every((action) =>
      allowed(() => identities.authorize(caller, `${service}:${action}`, [resource(action)])),
    )
  )
    return;
  throw invalid(
    `Cannot access stream ${arn}. Please ensure the role can perform the ${needed.slice(0, -1).join(", ")}, and ${needed.at(-1)} Actions on your stream in IAM.`,
  );
}

function allowed(authorize: () => void): boolean {
  try {
    authorize();
    return true;
  } catch {
    return false;
  }
}

/** Checks that the source exists, and that a queue's visibility timeout is not less than the function's timeout. */
export async function checkExists(
  { cloud }: Lambda,
  { Timeout = 3 }: FunctionConfiguration,
  arn: string,
): Promise<void> {
  const { administrator } = cloud.identities();
  if (isTableStream(arn)) {
    await cloud
      .call("dynamodb", "DescribeStream", { StreamArn: arn }, administrator)
      .catch(replaceError("ResourceNotFoundException", () => `Stream not found: ${arn}`));
    return;
  }
  if (!isQueue(arn)) {
    await cloud
      .call("kinesis", "DescribeStreamSummary", { StreamARN: arn }, administrator)
      .catch(replaceError("ResourceNotFoundException", () => `Stream not found: ${arn}`));
    return;
  }
  const QueueUrl = queueUrl(cloud, arn);
  const { Attributes } = await cloud
    .call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["VisibilityTimeout"] }, administrator)
    .catch(
      replaceError(
        "QueueDoesNotExist",
        ({ message }) =>
          `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${message}`,
      ),
    );
  const visibility = Number(Attributes?.VisibilityTimeout);
  if (visibility < Timeout)
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${Timeout} seconds`,
    );
}

/** For `catch`: replaces one error by an InvalidParameterValueException. */
const replaceError =
  (code: string, message: (error: AwsError) => string) =>
  (error: unknown): never => {
    throw error instanceof AwsError && error.code === code ? invalid(message(error)) : error;
  };

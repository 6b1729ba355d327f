import type { CreateEventSourceMappingRequest, FunctionConfiguration } from "@aws-sdk/client-lambda";
import { AwsError, unsupported } from "../../../errors";
import type { Lambda } from "../operation";
import { invalid } from "../store";

/** Settings of streams, which do not apply to queues. */
const STREAM_ONLY = [
  "ParallelizationFactor",
  "MaximumRecordAgeInSeconds",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "DestinationConfig",
  "StartingPosition",
] as const;

export const isQueue = (arn: string): boolean => /^arn:aws:sqs:[^:]+:\d{12}:[\w.-]+$/.test(arn);

export function checkSource(arn: string, input: CreateEventSourceMappingRequest): void {
  if (isQueue(arn)) {
    const odd = STREAM_ONLY.find((member) => input[member] !== undefined);
    if (odd) throw invalid(`Unsupported ${odd} parameter for given event source mapping type.`);
    if ((input.BatchSize ?? 0) > 10 && !input.MaximumBatchingWindowInSeconds)
      throw invalid(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
      );
    return;
  }
  if (!/^arn:aws:kinesis:[^:]+:\d{12}:stream\/[\w.-]+$/.test(arn))
    throw unsupported(`the event source ${JSON.stringify(arn)}`);
  if (!input.StartingPosition)
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
}

/** AWS tries the role's rights when the mapping is made. */
export function checkAccess(lambda: Lambda, role: string, name: string, arn: string): void {
  const identities = lambda.cloud.identities();
  const caller = identities.assume(role, name, "lambda.amazonaws.com");
  if (isQueue(arn)) {
    for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
      if (!allowed(() => identities.authorize(caller, `sqs:${action}`, [arn])))
        throw invalid(`The provided execution role does not have permissions to call ${action} on SQS`);
    return;
  }
  const needed = ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"];
  if (needed.every((action) => allowed(() => identities.authorize(caller, `kinesis:${action}`, [arn]))))
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

/** What there is not, or what a function could not finish with in time, is no source. */
export async function checkExists(
  { cloud }: Lambda,
  { Timeout = 3 }: FunctionConfiguration,
  arn: string,
): Promise<void> {
  const { administrator } = cloud.identities();
  if (!isQueue(arn)) {
    await cloud
      .call("kinesis", "DescribeStreamSummary", { StreamARN: arn }, administrator)
      .catch(instead("ResourceNotFoundException", () => `Stream not found: ${arn}`));
    return;
  }
  const [, , , , account, name] = arn.split(":");
  const QueueUrl = `${cloud.endpoint()}/${account}/${name}`;
  const { Attributes } = await cloud
    .call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["VisibilityTimeout"] }, administrator)
    .catch(
      instead(
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

/** For `catch`: another message in the place of one error. */
const instead =
  (code: string, message: (error: AwsError) => string) =>
  (error: unknown): never => {
    throw error instanceof AwsError && error.code === code ? invalid(message(error)) : error;
  };

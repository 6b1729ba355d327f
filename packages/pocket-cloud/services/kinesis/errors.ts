import { AwsError } from "../../errors";

export const invalidArgument = (message: string): AwsError =>
  new AwsError("InvalidArgumentException", message);
export const inUse = (message: string): AwsError => new AwsError("ResourceInUseException", message);
export const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);
export const limitExceeded = (message: string): AwsError => new AwsError("LimitExceededException", message);

export const streamNotFound = (name: string, account: string): AwsError =>
  notFound(`Stream ${name} under account ${account} not found.`);

export const shardNotFound = (
  shardId: string,
  stream: { readonly name: string },
  account: string,
): AwsError => notFound(`Shard ${shardId} in stream ${stream.name} under account ${account} does not exist`);

export const THROTTLED = "ProvisionedThroughputExceededException";

export const rateExceeded = (shardId: string, stream: { readonly name: string }, account: string): string =>
  `Rate exceeded for shard ${shardId} in stream ${stream.name} under account ${account}.`;

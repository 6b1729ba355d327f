import { AwsError } from "../../errors";

export const invalidArgument = (message: string): AwsError =>
  new AwsError("InvalidArgumentException", message);
export const inUse = (message: string): AwsError => new AwsError("ResourceInUseException", message);
export const limitExceeded = (message: string): AwsError => new AwsError("LimitExceededException", message);

export const streamNotFound = (name: string, account: string): AwsError =>
  new AwsError("ResourceNotFoundException", `Firehose ${name} under account ${account} not found.`);

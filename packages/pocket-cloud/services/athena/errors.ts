import { AwsError } from "../../errors";

export const invalidRequest = (message: string, code = "INVALID_INPUT"): AwsError =>
  new AwsError("InvalidRequestException", message, 400, { AthenaErrorCode: code });

export const notFound = (message: string, resource: string): AwsError =>
  new AwsError("ResourceNotFoundException", message, 400, { ResourceName: resource });

export const metadataError = (message: string): AwsError => new AwsError("MetadataException", message);

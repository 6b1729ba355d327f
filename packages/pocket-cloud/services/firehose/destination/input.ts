import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
} from "@aws-sdk/client-firehose";
import { parameter } from "../model";

type DestinationInput = Partial<ExtendedS3DestinationConfiguration> &
  Pick<ExtendedS3DestinationUpdate, "S3BackupUpdate">;

/** All roles that a destination passes to Firehose. The caller needs iam:PassRole on each. */
export const rolesOf = (input: DestinationInput): (string | undefined)[] => [
  input.RoleARN,
  input.S3BackupConfiguration?.RoleARN,
  input.S3BackupUpdate?.RoleARN,
  input.DataFormatConversionConfiguration?.SchemaConfiguration?.RoleARN,
  ...(input.ProcessingConfiguration?.Processors ?? []).map((processor) => parameter(processor, "RoleArn")),
];

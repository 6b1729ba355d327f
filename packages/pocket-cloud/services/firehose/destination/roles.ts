import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
} from "@aws-sdk/client-firehose";
import { parameter } from "../processing/parameters";

type Given = Partial<ExtendedS3DestinationConfiguration> &
  Pick<ExtendedS3DestinationUpdate, "S3BackupUpdate">;

/** Every role a destination names: whoever sets it must be allowed to hand each to Firehose. */
export const rolesOf = (given: Given): (string | undefined)[] => [
  given.RoleARN,
  given.S3BackupConfiguration?.RoleARN,
  given.S3BackupUpdate?.RoleARN,
  given.DataFormatConversionConfiguration?.SchemaConfiguration?.RoleARN,
  ...(given.ProcessingConfiguration?.Processors ?? []).map((processor) => parameter(processor, "RoleArn")),
];

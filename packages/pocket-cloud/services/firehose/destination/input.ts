import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
} from "@aws-sdk/client-firehose";
import type { Rules } from "../../../rules";
import { parameter } from "../model";

/** Rules for the members of an S3 destination. */
export const s3Rules: Rules = {
  RoleARN: { length: [1, 512], pattern: /arn:.*:iam::\d{12}:role\/[a-zA-Z_0-9+=,.@\-_/]+/ },
  BucketARN: { length: [1, 2048], pattern: /arn:.*:s3:::[\w.-]{1,255}/ },
  Prefix: { length: [0, 1024] },
  ErrorOutputPrefix: { length: [0, 1024] },
  BufferingHints: { each: { SizeInMBs: { range: [1, 128] }, IntervalInSeconds: { range: [0, 900] } } },
  CompressionFormat: { oneOf: ["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"] },
};

/** Rules for the members of an extended S3 destination. */
export const extendedS3Rules: Rules = {
  ...s3Rules,
  S3BackupConfiguration: { each: s3Rules },
  S3BackupUpdate: { each: s3Rules },
  FileExtension: { length: [0, 128], pattern: /|\.[0-9a-z!\-_.*'()]+/ },
  CustomTimeZone: { length: [0, 50] },
};

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

import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  S3DestinationConfiguration,
  S3DestinationDescription,
  S3DestinationUpdate,
} from "@aws-sdk/client-firehose";
import type { Destination } from "../model";

const DEFAULT_SIZE = 5;
/** The default size with format conversion or dynamic partitioning. */
const LARGE_SIZE = 128;
const DEFAULT_INTERVAL = 300;

type S3Input = S3DestinationConfiguration | S3DestinationUpdate;

/** The members of every S3 destination, with defaults. */
function describeS3(input: S3Input, size: number): S3DestinationDescription {
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix, BufferingHints, CloudWatchLoggingOptions } = input;
  return {
    RoleARN,
    BucketARN,
    ...(Prefix !== undefined && { Prefix }),
    ...(ErrorOutputPrefix !== undefined && { ErrorOutputPrefix }),
    BufferingHints: {
      SizeInMBs: BufferingHints?.SizeInMBs ?? size,
      IntervalInSeconds: BufferingHints?.IntervalInSeconds ?? DEFAULT_INTERVAL,
    },
    CompressionFormat: input.CompressionFormat ?? "UNCOMPRESSED",
    EncryptionConfiguration: input.EncryptionConfiguration ?? { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: CloudWatchLoggingOptions ?? { Enabled: false },
  };
}

/** A destination as DescribeDeliveryStream returns it. */
export function describeDestination(
  input: ExtendedS3DestinationConfiguration | S3DestinationConfiguration,
): Destination {
  const extended = input as ExtendedS3DestinationConfiguration;
  const large =
    extended.DynamicPartitioningConfiguration?.Enabled || extended.DataFormatConversionConfiguration?.Enabled;
  return {
    ...describeS3(input, large ? LARGE_SIZE : DEFAULT_SIZE),
    ProcessingConfiguration: extended.ProcessingConfiguration ?? { Enabled: false, Processors: [] },
    S3BackupMode: extended.S3BackupMode ?? "Disabled",
    ...(extended.S3BackupConfiguration && {
      S3BackupDescription: describeS3(extended.S3BackupConfiguration, DEFAULT_SIZE),
    }),
    DataFormatConversionConfiguration: extended.DataFormatConversionConfiguration ?? { Enabled: false },
    ...(extended.DynamicPartitioningConfiguration && {
      DynamicPartitioningConfiguration: extended.DynamicPartitioningConfiguration,
    }),
    ...(extended.FileExtension && { FileExtension: extended.FileExtension }),
    CustomTimeZone: extended.CustomTimeZone || "UTC",
  };
}

/** The destination after an update. Members that the update leaves out do not change. */
export function updateDestination(
  before: Destination,
  update: ExtendedS3DestinationUpdate | S3DestinationUpdate,
): Destination {
  const { S3BackupUpdate, ...rest } = update as ExtendedS3DestinationUpdate;
  const changes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const { S3BackupDescription, ...others } = before;
  const backup = { ...S3BackupDescription, ...S3BackupUpdate } as S3DestinationConfiguration;
  return describeDestination({
    ...(others as ExtendedS3DestinationConfiguration),
    ...changes,
    ...((S3BackupDescription || S3BackupUpdate) && { S3BackupConfiguration: backup }),
  });
}

/** The S3DestinationDescription of the older API. */
export function plainDescription(destination: Destination): S3DestinationDescription {
  return describeS3(destination as S3DestinationConfiguration, DEFAULT_SIZE);
}

import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  S3DestinationConfiguration,
  S3DestinationDescription,
  S3DestinationUpdate,
} from "@aws-sdk/client-firehose";
import type { Destination } from "../model";

const DEFAULT_SIZE = 5;
/** Columnar files and partitions of their own want larger buffers. */
const LARGE_SIZE = 128;
const DEFAULT_INTERVAL = 300;

type S3 = S3DestinationConfiguration | S3DestinationUpdate;

/** Members every S3 destination has, defaults filled in. */
function plain(given: S3, size: number): S3DestinationDescription {
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix, BufferingHints, CloudWatchLoggingOptions } = given;
  return {
    RoleARN,
    BucketARN,
    ...(Prefix !== undefined && { Prefix }),
    ...(ErrorOutputPrefix !== undefined && { ErrorOutputPrefix }),
    BufferingHints: {
      SizeInMBs: BufferingHints?.SizeInMBs ?? size,
      IntervalInSeconds: BufferingHints?.IntervalInSeconds ?? DEFAULT_INTERVAL,
    },
    CompressionFormat: given.CompressionFormat ?? "UNCOMPRESSED",
    EncryptionConfiguration: given.EncryptionConfiguration ?? { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: CloudWatchLoggingOptions ?? { Enabled: false },
  };
}

/** A destination as it is read back. */
export function describeDestination(
  given: ExtendedS3DestinationConfiguration | S3DestinationConfiguration,
): Destination {
  const extended = given as ExtendedS3DestinationConfiguration;
  const large =
    extended.DynamicPartitioningConfiguration?.Enabled || extended.DataFormatConversionConfiguration?.Enabled;
  return {
    ...plain(given, large ? LARGE_SIZE : DEFAULT_SIZE),
    ProcessingConfiguration: extended.ProcessingConfiguration ?? { Enabled: false, Processors: [] },
    S3BackupMode: extended.S3BackupMode ?? "Disabled",
    ...(extended.S3BackupConfiguration && {
      S3BackupDescription: plain(extended.S3BackupConfiguration, DEFAULT_SIZE),
    }),
    DataFormatConversionConfiguration: extended.DataFormatConversionConfiguration ?? { Enabled: false },
    ...(extended.DynamicPartitioningConfiguration && {
      DynamicPartitioningConfiguration: extended.DynamicPartitioningConfiguration,
    }),
    ...(extended.FileExtension && { FileExtension: extended.FileExtension }),
    CustomTimeZone: extended.CustomTimeZone || "UTC",
  };
}

/** What an update says replaces what was; what it does not mention stays. */
export function updateDestination(
  before: Destination,
  update: ExtendedS3DestinationUpdate | S3DestinationUpdate,
): Destination {
  const { S3BackupUpdate, ...rest } = update as ExtendedS3DestinationUpdate;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const { S3BackupDescription, ...kept } = before;
  const backup = { ...S3BackupDescription, ...S3BackupUpdate } as S3DestinationConfiguration;
  return describeDestination({
    ...(kept as ExtendedS3DestinationConfiguration),
    ...given,
    ...((S3BackupDescription || S3BackupUpdate) && { S3BackupConfiguration: backup }),
  });
}

/** The part of a destination that clients of the older API read. */
export function plainDescription(destination: Destination): S3DestinationDescription {
  return plain(destination as S3DestinationConfiguration, DEFAULT_SIZE);
}

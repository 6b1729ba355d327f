import { unsupported } from "../../../errors";
import { isTimeZone } from "../../shared/time-zone";
import { invalidArgument } from "../errors";
import type { Destination } from "../model";
import { checkPrefixes } from "./check-prefix";
import { checkProcessors } from "./check-processors";

/** The timestamp formats that the conversion reads: milliseconds and variants of ISO 8601. */
const TIMESTAMP_FORMATS = new Set(
  ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"]
    .flatMap((format) => [format, `${format}.SSS`])
    .flatMap((format) => [format, `${format}Z`, `${format}ZZ`, `${format}'Z'`, `${format}XXX`])
    .concat("millis", "yyyy-MM-dd"),
);

/** AWS's rules on destinations, with its messages. */
export async function checkDestination(destination: Destination): Promise<void> {
  const { CustomTimeZone = "UTC", S3BackupMode, S3BackupDescription, EncryptionConfiguration } = destination;
  const dynamic = destination.DynamicPartitioningConfiguration?.Enabled ?? false;
  checkPrefixes(destination.Prefix, destination.ErrorOutputPrefix, dynamic);
  if (S3BackupDescription) checkPrefixes(S3BackupDescription.Prefix, S3BackupDescription.ErrorOutputPrefix);
  // AWS accepts UTC and names such as Europe/Paris, but no three-letter names.
  if (CustomTimeZone !== "UTC" && !(CustomTimeZone.includes("/") && isTimeZone(CustomTimeZone)))
    throw invalidArgument(
      "Provided custom time zone is not supported. Custom time zones are limited to UTC and non-3-letter IANA time zones.",
    );
  if (S3BackupMode === "Enabled" && !S3BackupDescription)
    throw invalidArgument("S3 backup destination configuration is required when enabling S3 backup.");
  const { NoEncryptionConfig, KMSEncryptionConfig } = EncryptionConfiguration ?? {};
  if ((NoEncryptionConfig === undefined) === (KMSEncryptionConfig === undefined))
    throw invalidArgument("Exactly one of NoEncryptionConfig or KMSEncryptionConfig must be specified");
  checkLogging(destination);
  if (dynamic) checkBuffer(destination, "Dynamic Partitioning");
  if (destination.DataFormatConversionConfiguration?.Enabled) checkConversion(destination);
  await checkProcessors(destination);
}

function checkLogging({ CloudWatchLoggingOptions: logging }: Destination): void {
  if (!logging?.Enabled) return;
  if (!logging.LogGroupName)
    throw invalidArgument("CloudWatch Log Group Name is required if CloudWatch Logging is enabled");
  if (!logging.LogStreamName)
    throw invalidArgument("CloudWatch Log Stream Name is required if CloudWatch Logging is enabled");
}

function checkBuffer({ BufferingHints }: Destination, feature: string): void {
  if ((BufferingHints?.SizeInMBs ?? 0) < 64)
    throw invalidArgument(`BufferingHints.SizeInMBs must be at least 64 when ${feature} is enabled.`);
  if (feature === "Dynamic Partitioning" && BufferingHints?.IntervalInSeconds === 0)
    throw invalidArgument(
      "BufferingHints.IntervalInSeconds must be at least 60 when Dynamic Partitioning is enabled.",
    );
}

function checkConversion(destination: Destination): void {
  const { InputFormatConfiguration, OutputFormatConfiguration, SchemaConfiguration } =
    destination.DataFormatConversionConfiguration ?? {};
  const parts = { InputFormatConfiguration, OutputFormatConfiguration, SchemaConfiguration };
  for (const [name, value] of Object.entries(parts))
    if (!value) throw invalidArgument(`${name} must not be null`);
  const { OpenXJsonSerDe, HiveJsonSerDe } = InputFormatConfiguration?.Deserializer ?? {};
  if (OpenXJsonSerDe && HiveJsonSerDe)
    throw invalidArgument("More than one deserializer specified. Only one may be chosen.");
  if (!OpenXJsonSerDe && !HiveJsonSerDe) throw invalidArgument("Deserializer must not be null");
  for (const format of HiveJsonSerDe?.TimestampFormats ?? [])
    if (!TIMESTAMP_FORMATS.has(format)) throw unsupported(`the Hive JSON SerDe's timestamp format ${format}`);
  const { ParquetSerDe, OrcSerDe } = OutputFormatConfiguration?.Serializer ?? {};
  if (ParquetSerDe && OrcSerDe)
    throw invalidArgument("More than one serializer specified. Only one may be chosen.");
  if (!ParquetSerDe && !OrcSerDe) throw invalidArgument("Serializer must not be null");
  if (OrcSerDe) throw unsupported("the Firehose option OrcSerDe; convert to Parquet instead");
  if (destination.CompressionFormat !== "UNCOMPRESSED")
    throw invalidArgument(
      "The S3 destination's compression format must be set to UNCOMPRESSED when data format conversion is enabled",
    );
  checkBuffer(destination, "data format conversion");
}

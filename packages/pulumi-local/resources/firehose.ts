import type {
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationUpdate,
  ProcessingConfiguration,
} from "@aws-sdk/client-firehose";
import type { kinesis } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type { CallAws } from "../aws";
import { tagging } from "./tagging";
import { arn, pascal, type Types, tagged, type, until } from "./type";

type Args = Unwrap<kinesis.FirehoseDeliveryStreamArgs>;
type S3 = NonNullable<Args["extendedS3Configuration"]>;

export const firehoseTypes: Types = {
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": type<kinesis.FirehoseDeliveryStreamArgs>({
    nameInput: "name",
    replaceOn: [
      "name",
      "destination",
      "kinesisSourceConfiguration",
      "extendedS3Configuration.dynamicPartitioningConfiguration",
    ],
    holdsData: true,
    taggable: tagging.firehose,
    describe: ({ name = "" }, location) => {
      const streamArn = arn(location, "firehose", `deliverystream/${name}`);
      return {
        id: streamArn,
        outputs: { arn: streamArn, name, versionId: "1", destinationId: "destinationId-000000000001" },
      };
    },
    create: async ({ name, kinesisSourceConfiguration: source, ...inputs }, { call, tags }) => {
      const { DeliveryStreamARN = "" } = await call("firehose", "CreateDeliveryStream", {
        DeliveryStreamName: name,
        DeliveryStreamType: source ? "KinesisStreamAsSource" : "DirectPut",
        ...(source && {
          KinesisStreamSourceConfiguration: {
            KinesisStreamARN: source.kinesisStreamArn,
            RoleARN: source.roleArn,
          },
        }),
        ...(inputs.serverSideEncryption?.enabled && {
          DeliveryStreamEncryptionConfigurationInput: encryption(inputs),
        }),
        ExtendedS3DestinationConfiguration: destination(inputs),
        ...tagged(tags),
      });
      await active(call, name);
      return { id: DeliveryStreamARN, outputs: { arn: DeliveryStreamARN } };
    },
    update: async ({ name, ...inputs }, { call, changed }) => {
      const { DeliveryStreamDescription: stream } = await call("firehose", "DescribeDeliveryStream", {
        DeliveryStreamName: name,
      });
      await call("firehose", "UpdateDestination", {
        DeliveryStreamName: name,
        CurrentDeliveryStreamVersionId: stream?.VersionId,
        DestinationId: stream?.Destinations?.[0]?.DestinationId,
        ExtendedS3DestinationUpdate: {
          ...NO_PROCESSING,
          ...destination(inputs),
        } as ExtendedS3DestinationUpdate,
      });
      if (!changed.has("serverSideEncryption")) return;
      if (inputs.serverSideEncryption?.enabled)
        await call("firehose", "StartDeliveryStreamEncryption", {
          DeliveryStreamName: name,
          DeliveryStreamEncryptionConfigurationInput: encryption(inputs),
        });
      else await call("firehose", "StopDeliveryStreamEncryption", { DeliveryStreamName: name });
    },
    delete: ({ name }, { call }) => call("firehose", "DeleteDeliveryStream", { DeliveryStreamName: name }),
  }),
};

/**
 * UpdateDestination keeps what a call leaves out, so processing and conversion that the program no longer declares are
 * switched off explicitly, as the AWS provider does.
 */
const NO_PROCESSING: ExtendedS3DestinationUpdate = {
  ProcessingConfiguration: { Enabled: false, Processors: [] },
  DataFormatConversionConfiguration: { Enabled: false },
};

const encryption = ({ serverSideEncryption: sse }: Args) => ({
  KeyType: (sse?.keyType ?? "AWS_OWNED_CMK") as "AWS_OWNED_CMK",
  ...(sse?.keyArn && { KeyARN: sse.keyArn }),
});

function destination({
  destination: kind,
  extendedS3Configuration: s3,
}: Partial<Args>): ExtendedS3DestinationConfiguration {
  if (!s3) throw new Error(`a delivery stream to ${kind} is not supported, only extended_s3`);
  return {
    BucketARN: s3.bucketArn,
    RoleARN: s3.roleArn,
    Prefix: s3.prefix,
    ErrorOutputPrefix: s3.errorOutputPrefix,
    BufferingHints: { IntervalInSeconds: s3.bufferingInterval ?? 300, SizeInMBs: s3.bufferingSize ?? 5 },
    CompressionFormat: (s3.compressionFormat ?? "UNCOMPRESSED") as "UNCOMPRESSED",
    FileExtension: s3.fileExtension,
    CustomTimeZone: s3.customTimeZone,
    EncryptionConfiguration: s3.kmsKeyArn
      ? { KMSEncryptionConfig: { AWSKMSKeyARN: s3.kmsKeyArn } }
      : { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: pascal(s3.cloudwatchLoggingOptions ?? { enabled: false }) as {
      Enabled: boolean;
    },
    ...(s3.processingConfiguration && { ProcessingConfiguration: processing(s3.processingConfiguration) }),
    ...(s3.dynamicPartitioningConfiguration && { DynamicPartitioningConfiguration: dynamic(s3) }),
    ...(s3.dataFormatConversionConfiguration && { DataFormatConversionConfiguration: conversion(s3) }),
  };
}

const processing = ({
  enabled,
  processors = [],
}: NonNullable<S3["processingConfiguration"]>): ProcessingConfiguration => ({
  Enabled: enabled,
  Processors: processors.map(({ type: Type, parameters = [] }) => ({
    Type: Type as "Lambda",
    Parameters: parameters.map(({ parameterName, parameterValue }) => ({
      ParameterName: parameterName as "LambdaArn",
      ParameterValue: parameterValue,
    })),
  })),
});

const dynamic = ({ dynamicPartitioningConfiguration: from }: S3) => ({
  Enabled: from?.enabled,
  RetryOptions: { DurationInSeconds: from?.retryDuration ?? 300 },
});

function conversion({ dataFormatConversionConfiguration: from }: S3) {
  const { roleArn, ...schema } = from?.schemaConfiguration ?? { roleArn: "" };
  const { openXJsonSerDe } = from?.inputFormatConfiguration.deserializer ?? {};
  const { parquetSerDe, orcSerDe } = from?.outputFormatConfiguration.serializer ?? {};
  if (!openXJsonSerDe || !parquetSerDe || orcSerDe)
    throw new Error("data format conversion is supported from openXJsonSerDe to parquetSerDe only");
  return {
    Enabled: from?.enabled ?? true,
    SchemaConfiguration: { RoleARN: roleArn, ...(pascal(schema) as object) },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: pascal(openXJsonSerDe) as object } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: pascal(parquetSerDe) as object } },
  };
}

const active = (call: CallAws, name: string | undefined): Promise<void> =>
  until(async () => {
    const { DeliveryStreamDescription: stream } = await call("firehose", "DescribeDeliveryStream", {
      DeliveryStreamName: name,
    });
    return stream?.DeliveryStreamStatus === "ACTIVE";
  }, `delivery stream ${name}`);

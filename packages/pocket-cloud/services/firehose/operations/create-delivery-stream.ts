import { randomUUID } from "node:crypto";
import type { CreateDeliveryStreamInput } from "@aws-sdk/client-firehose";
import { AwsError, unsupported } from "../../../errors";
import { tagsFrom } from "../../shared/tags";
import { checkDestination } from "../destination/check";
import { describeDestination } from "../destination/describe";
import { rolesOf } from "../destination/input";
import { checkGrant, ENCRYPTION_REFUSED, encryptionFor } from "../encryption";
import { inUse, invalidArgument, limitExceeded } from "../errors";
import type { DeliveryStream } from "../model";
import { type Make, onStream } from "../operation";
import type { FirehoseStore } from "../store";

const STREAM_LIMIT = 5000;

const UNSUPPORTED = [
  "RedshiftDestinationConfiguration",
  "ElasticsearchDestinationConfiguration",
  "AmazonopensearchserviceDestinationConfiguration",
  "SplunkDestinationConfiguration",
  "HttpEndpointDestinationConfiguration",
  "AmazonOpenSearchServerlessDestinationConfiguration",
  "SnowflakeDestinationConfiguration",
  "IcebergDestinationConfiguration",
  "MSKSourceConfiguration",
  "DatabaseSourceConfiguration",
] as const satisfies readonly (keyof CreateDeliveryStreamInput)[];

export const CreateDeliveryStream: Make<"CreateDeliveryStream"> = (store, deliveries) => ({
  resources: onStream(store),
  passes: (input) => [
    input.KinesisStreamSourceConfiguration?.RoleARN,
    ...rolesOf(input.ExtendedS3DestinationConfiguration ?? input.S3DestinationConfiguration ?? {}),
  ],
  run: async (input, { caller }) => {
    for (const member of UNSUPPORTED) if (input[member]) throw unsupported(`the Firehose option ${member}`);
    const { DeliveryStreamName: name = "" } = input;
    const configuration = input.ExtendedS3DestinationConfiguration ?? input.S3DestinationConfiguration;
    if (!configuration || (input.ExtendedS3DestinationConfiguration && input.S3DestinationConfiguration))
      throw invalidArgument("Exactly one destination configuration is supported for a Firehose");
    const destination = describeDestination(configuration);
    await checkDestination(destination);
    if (store.streams.has(name))
      throw inUse(`Firehose ${name} under accountId ${store.cloud.accountId} already exists`);
    if (store.streams.size >= STREAM_LIMIT)
      throw limitExceeded(`You have already consumed your firehose quota of ${STREAM_LIMIT} hoses.`);
    const source = sourceOf(store, input);
    for (const role of [destination.RoleARN, input.KinesisStreamSourceConfiguration?.RoleARN])
      if (role !== undefined) checkRole(store, role, name);
    const encryption = encryptionFor(input.DeliveryStreamEncryptionConfigurationInput);
    checkGrant(store, encryption, caller);
    const stream: DeliveryStream = {
      name,
      arn: store.arn(name),
      type: input.DeliveryStreamType ?? "DirectPut",
      folder: `${name}-${randomUUID().slice(0, 8)}`,
      createdAt: new Date(store.cloud.clock.now()),
      version: 1,
      ...(source && { source }),
      destination,
      encryption,
      tags: tagsFrom(input.Tags),
    };
    store.streams.set(name, stream);
    store.checkpoints.delete(name);
    deliveries.start(stream);
    return { DeliveryStreamARN: stream.arn };
  },
});

function sourceOf(store: FirehoseStore, input: CreateDeliveryStreamInput): DeliveryStream["source"] {
  const kinesis = input.KinesisStreamSourceConfiguration;
  const type = input.DeliveryStreamType ?? "DirectPut";
  if ((type === "KinesisStreamAsSource") !== (kinesis !== undefined))
    throw invalidArgument(
      kinesis
        ? `KinesisSourceStreamConfig is not supported for DeliveryStreamType ${type}`
        : "KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type.",
    );
  if (kinesis && input.DeliveryStreamEncryptionConfigurationInput) throw invalidArgument(ENCRYPTION_REFUSED);
  if (kinesis) {
    // Only records that arrive from now on are delivered.
    const DeliveryStartTimestamp = new Date(store.cloud.clock.now());
    return { KinesisStreamSourceDescription: { ...kinesis, DeliveryStartTimestamp } };
  }
  const direct = input.DirectPutSourceConfiguration;
  return direct ? { DirectPutSourceDescription: direct } : undefined;
}

function checkRole(store: FirehoseStore, role: string, name: string): void {
  try {
    store.caller({ name, arn: store.arn(name) }, role);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgument(`Firehose is unable to assume role ${role}. Please check the role provided.`);
  }
}

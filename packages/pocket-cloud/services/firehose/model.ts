import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamType,
  ExtendedS3DestinationDescription,
  Processor,
  ProcessorParameterName,
  ProcessorType,
  SourceDescription,
} from "@aws-sdk/client-firehose";

/** A destination as DescribeDeliveryStream returns it, with all defaults. */
export type Destination = ExtendedS3DestinationDescription;

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  readonly type: DeliveryStreamType;
  /** Folder of its journal. */
  readonly folder: string;
  readonly createdAt: Date;
  updatedAt?: Date;
  version: number;
  readonly source?: SourceDescription;
  destination: Destination;
  encryption: DeliveryStreamEncryptionConfiguration;
  tags: Record<string, string>;
}

export const DESTINATION_ID = "destinationId-000000000001";

/** The data stream that a delivery stream reads; undefined with Direct PUT. */
export const kinesisSource = (stream: DeliveryStream) => stream.source?.KinesisStreamSourceDescription;

/** The processor of a type; undefined when processing is disabled. */
export const processorOf = (
  { ProcessingConfiguration }: Destination,
  type: ProcessorType,
): Processor | undefined =>
  ProcessingConfiguration?.Enabled
    ? ProcessingConfiguration.Processors?.find(({ Type }) => Type === type)
    : undefined;

export const parameter = (processor: Processor, name: ProcessorParameterName): string | undefined =>
  processor.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue;

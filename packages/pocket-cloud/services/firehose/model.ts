import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamType,
  ExtendedS3DestinationDescription,
  SourceDescription,
} from "@aws-sdk/client-firehose";

/** A destination as DescribeDeliveryStream shows it, every default filled in. */
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

/** The stream a delivery stream reads; undefined with Direct PUT. */
export const kinesisSource = (stream: DeliveryStream) => stream.source?.KinesisStreamSourceDescription;

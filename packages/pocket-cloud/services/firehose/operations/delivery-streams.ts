import { plainDescription } from "../destination/describe";
import { DESTINATION_ID } from "../model";
import { type Make, onStream } from "../operation";

export const DescribeDeliveryStream: Make<"DescribeDeliveryStream"> = (store) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "" }) => {
    const stream = store.stream(DeliveryStreamName);
    return {
      DeliveryStreamDescription: {
        DeliveryStreamName: stream.name,
        DeliveryStreamARN: stream.arn,
        DeliveryStreamStatus: "ACTIVE",
        DeliveryStreamEncryptionConfiguration: stream.encryption,
        DeliveryStreamType: stream.type,
        VersionId: String(stream.version),
        CreateTimestamp: stream.createdAt,
        ...(stream.updatedAt && { LastUpdateTimestamp: stream.updatedAt }),
        ...(stream.source && { Source: stream.source }),
        Destinations: [
          {
            DestinationId: DESTINATION_ID,
            S3DestinationDescription: plainDescription(stream.destination),
            ExtendedS3DestinationDescription: stream.destination,
          },
        ],
        HasMoreDestinations: false,
      },
    };
  },
});

export const ListDeliveryStreams: Make<"ListDeliveryStreams"> = (store) => ({
  run: ({ Limit = 10, DeliveryStreamType, ExclusiveStartDeliveryStreamName = "" }) => {
    const names = store.streams
      .values()
      .filter(({ type }) => DeliveryStreamType === undefined || type === DeliveryStreamType)
      .map(({ name }) => name)
      .filter((name) => name > ExclusiveStartDeliveryStreamName);
    return { DeliveryStreamNames: names.slice(0, Limit), HasMoreDeliveryStreams: names.length > Limit };
  },
});

export const DeleteDeliveryStream: Make<"DeleteDeliveryStream"> = (store, deliveries) => ({
  resources: onStream(store),
  run: async ({ DeliveryStreamName = "" }) => {
    const { name } = store.stream(DeliveryStreamName);
    await deliveries.remove(name);
    store.streams.delete(name);
    store.checkpoints.delete(name);
    return {};
  },
});

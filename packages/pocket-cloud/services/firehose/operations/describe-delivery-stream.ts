import { plainDescription } from "../destination/describe";
import { DESTINATION_ID } from "../model";
import { type Make, nameRules, onStream } from "../operation";

export const describeDeliveryStream: Make<"DescribeDeliveryStream"> = (store) => ({
  rules: { ...nameRules, Limit: { range: [1, 10_000] } },
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

import type { UpdateDestinationInput } from "@aws-sdk/client-firehose";
import { AwsError, unsupported } from "../../../errors";
import { checkDestination } from "../destination/check";
import { updateDestination as merge } from "../destination/describe";
import { rolesOf } from "../destination/input";
import { invalidArgument } from "../errors";
import { DESTINATION_ID } from "../model";
import { type Make, onStream } from "../operation";

const UNSUPPORTED = [
  "RedshiftDestinationUpdate",
  "ElasticsearchDestinationUpdate",
  "AmazonopensearchserviceDestinationUpdate",
  "SplunkDestinationUpdate",
  "HttpEndpointDestinationUpdate",
  "AmazonOpenSearchServerlessDestinationUpdate",
  "SnowflakeDestinationUpdate",
  "IcebergDestinationUpdate",
] as const satisfies readonly (keyof UpdateDestinationInput)[];

export const UpdateDestination: Make<"UpdateDestination"> = (store) => ({
  resources: onStream(store),
  passes: (input) => rolesOf(input.ExtendedS3DestinationUpdate ?? input.S3DestinationUpdate ?? {}),
  run: async (input) => {
    for (const member of UNSUPPORTED) if (input[member]) throw unsupported(`the Firehose option ${member}`);
    const stream = store.stream(input.DeliveryStreamName ?? "");
    if (input.DestinationId !== DESTINATION_ID)
      throw invalidArgument(`Destination Id ${input.DestinationId} not found`);
    const update = input.ExtendedS3DestinationUpdate ?? input.S3DestinationUpdate;
    if (!update) throw invalidArgument("No destination update is specified");
    const destination = merge(stream.destination, update);
    await checkDestination(destination);
    if (input.CurrentDeliveryStreamVersionId !== String(stream.version))
      throw new AwsError(
        "ConcurrentModificationException",
        `Cannot update firehose: ${stream.name} since the current version id: ${stream.version} and specified version id: ${input.CurrentDeliveryStreamVersionId} do not match`,
      );
    const partitioned = stream.destination.DynamicPartitioningConfiguration?.Enabled ?? false;
    if ((destination.DynamicPartitioningConfiguration?.Enabled ?? false) !== partitioned)
      throw invalidArgument(
        partitioned
          ? "Dynamic Partitioning cannot be disabled once it is enabled"
          : "Dynamic Partitioning cannot be enabled on an existing delivery stream",
      );
    store.streams.update(stream.name, (changing) => {
      changing.destination = destination;
      changing.version++;
      changing.updatedAt = new Date(store.cloud.clock.now());
    });
    return {};
  },
});

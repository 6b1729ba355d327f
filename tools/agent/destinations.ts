import { DescribeDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { lanesFor } from "../../data/records/pack";
import { Failure } from "../kit/errors";
import type { Connection } from "../kit/kinesis";
import type { Destination } from "./config/flow";

/**
 * How many lanes a destination gets: as many as all producers use. One that does not exist is refused before anything is
 * read; the right to describe it is not needed.
 */
export async function lanesOf({ service, name }: Destination, connection: Connection): Promise<number> {
  try {
    return service === "kinesis"
      ? await lanesOfStream(name, connection)
      : await lanesOfDelivery(name, connection);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "ResourceNotFoundException")
      throw new Failure(`there is no ${service === "kinesis" ? "stream" : "delivery stream"} ${name}`);
    if (error.name === "AccessDeniedException") return service === "kinesis" ? lanesFor(1) : 1;
    throw error;
  }
}

async function lanesOfStream(StreamName: string, connection: Connection): Promise<number> {
  const client = new KinesisClient(connection);
  try {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return lanesFor(StreamDescriptionSummary?.OpenShardCount ?? 1);
  } finally {
    client.destroy();
  }
}

async function lanesOfDelivery(DeliveryStreamName: string, connection: Connection): Promise<number> {
  const client = new FirehoseClient(connection);
  try {
    await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));
    return 1;
  } finally {
    client.destroy();
  }
}

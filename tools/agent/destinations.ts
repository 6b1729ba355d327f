import { DescribeDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { lanesFor } from "../../data/records/pack";
import type { Connection } from "../kit/connect";
import { Failure } from "../kit/errors";
import { lanesOf } from "../kit/feeds";
import { missingStream } from "../kit/kinesis";
import type { AgentConfig } from "./config/config";
import type { Destination } from "./config/flow";

export type Connections = Readonly<Record<keyof AgentConfig["endpoints"], Connection>>;

/** A connection for each service. Endpoints of the configuration take precedence over the environment's. */
export function connectionsFor(connection: Connection, endpoints: AgentConfig["endpoints"]): Connections {
  const at = (endpoint: string | undefined): Connection => {
    if (endpoint === undefined) return connection;
    const region = regionOf(endpoint);
    return { ...connection, endpoint, ...(region !== undefined && { region }) };
  };
  return {
    kinesis: at(endpoints.kinesis),
    firehose: at(endpoints.firehose),
    cloudwatch: at(endpoints.cloudwatch),
  };
}

/** The region in the host name of an AWS endpoint. */
const regionOf = (endpoint: string): string | undefined =>
  /^https?:\/\/[^/]*?\b([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)/.exec(
    endpoint,
  )?.[1];

export const isAws = (endpoint: string | undefined): boolean =>
  endpoint !== undefined &&
  /^https?:\/\/[^/]*\.(?:amazonaws\.com|api\.aws)(?:\.cn)?(?:[:/]|$)/.test(endpoint);

/**
 * Ordered lanes of a destination, the number that every producer uses. Throws when the destination does not exist. Works
 * without the permission to describe it.
 */
export async function destinationLanes(
  { service, name }: Destination,
  connection: Connection,
): Promise<number> {
  const client = service === "kinesis" ? new KinesisClient(connection) : new FirehoseClient(connection);
  try {
    if (client instanceof KinesisClient) return await lanesOf(client, name);
    await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }));
    return 1;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "ResourceNotFoundException")
      throw client instanceof KinesisClient
        ? await missingStream(client, name)
        : new Failure(`there is no delivery stream ${name}`);
    if (error.name === "AccessDeniedException") return service === "kinesis" ? lanesFor(1) : 1;
    throw error;
  } finally {
    client.destroy();
  }
}

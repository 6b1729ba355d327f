import type { Connection } from "../kit/kinesis";
import type { AgentConfig } from "./config/config";

/** Each service's connection: the endpoints of the configuration go before those of the environment. */
export function connectionsFor(
  connection: Connection,
  endpoints: AgentConfig["endpoints"],
): Readonly<Record<keyof AgentConfig["endpoints"], Connection>> {
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

/** AWS's own endpoints say which region signs for them. */
export const regionOf = (endpoint: string): string | undefined =>
  /^https?:\/\/[^/]*?\b([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)/.exec(
    endpoint,
  )?.[1];

export const isAws = (endpoint: string | undefined): boolean =>
  endpoint !== undefined &&
  /^https?:\/\/[^/]*\.(?:amazonaws\.com|api\.aws)(?:\.cn)?(?:[:/]|$)/.test(endpoint);

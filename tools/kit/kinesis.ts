import { KinesisClient, paginateListStreams } from "@aws-sdk/client-kinesis";
import type { Connection } from "./connect";
import { closestOrAll } from "./did-you-mean";
import { Failure } from "./errors";

/** Request timeout. The SDK has none by default. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** A client for long-running work. It does not retry: the caller retries and counts. */
export const kinesisClient = (connection: Connection, timeoutMillis = REQUEST_TIMEOUT_MS): KinesisClient =>
  new KinesisClient({
    ...connection,
    maxAttempts: 1,
    // All calls share one HTTP/2 connection; the SDK would open one per call. Its timeout is shorter than the request's,
    // so that a retry does not reuse a dead connection.
    requestHandler: {
      disableConcurrentStreams: false,
      sessionTimeout: timeoutMillis,
      requestTimeout: 2 * timeoutMillis,
    },
  });

/** Says that a stream does not exist, with the streams that do. */
export async function missingStream(kinesis: KinesisClient, stream: string): Promise<Failure> {
  const names: string[] = [];
  try {
    for await (const { StreamNames = [] } of paginateListStreams({ client: kinesis }, {}))
      names.push(...StreamNames);
  } catch {
    // Who may read a stream need not have the right to list all streams.
  }
  return new Failure(`there is no stream ${stream}${closestOrAll(stream, names, "there are")}`);
}

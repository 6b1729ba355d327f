import { KinesisClient } from "@aws-sdk/client-kinesis";
import type { Connection } from "./connect";

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

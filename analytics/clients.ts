import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { StandardRetryStrategy } from "@smithy/core/retry";
import type { Connection } from "../tools/kit/connect";

export interface TimedConnection extends Connection {
  /** Time limit for the answer to a call. No call waits for a query. */
  readonly requestTimeout?: number;
}

/** AWS clients of one environment. */
export class Clients {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  /** For error messages. */
  readonly endpoint: string;
  /** Options for each call: Ctrl-C aborts it. */
  readonly callOptions: { readonly abortSignal?: AbortSignal };

  constructor({ requestTimeout = 30_000, ...connection }: TimedConnection, signal?: AbortSignal) {
    const endpoint = connection.endpoint ?? process.env.AWS_ENDPOINT_URL;
    const config = {
      ...connection,
      retryStrategy: new RetryUnlessTimeout(6),
      requestHandler: { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true },
    };
    this.athena = new AthenaClient(config);
    this.glue = new GlueClient(config);
    // A custom endpoint does not resolve bucket names as hosts.
    this.s3 = new S3Client({ ...config, forcePathStyle: Boolean(endpoint), followRegionRedirects: true });
    this.endpoint = endpoint ?? "AWS";
    this.callOptions = signal ? { abortSignal: signal } : {};
  }

  region(): Promise<string> {
    return this.athena.config.region();
  }

  /** Opens an S3 object as a stream; undefined if it has no body. */
  async openObject(bucket: string, key: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), this.callOptions);
    return Body as AsyncIterable<Uint8Array> | undefined;
  }

  close(): void {
    for (const client of [this.athena, this.glue, this.s3]) client.destroy();
  }
}

/** Retries throttled calls with backoff, but not timed-out ones: a retry would take as long again. */
class RetryUnlessTimeout extends StandardRetryStrategy {
  override refreshRetryTokenForRetry(
    ...[token, problem]: Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>
  ): ReturnType<StandardRetryStrategy["refreshRetryTokenForRetry"]> {
    return isTimeout(problem.error)
      ? Promise.reject(new Error("no retry after a timeout"))
      : super.refreshRetryTokenForRetry(token, problem);
  }
}

/** The SDK also names dropped connections TimeoutError. These have a code, and are retried. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === "TimeoutError" &&
  (!("code" in error) || error.code === undefined || error.code === "ETIMEDOUT");

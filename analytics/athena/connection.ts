import type { AthenaClient } from "@aws-sdk/client-athena";
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Connection } from "../../tools/kit/connect";
import { Patience } from "./patience";

export interface TimedConnection extends Connection {
  /** How long a call may take to be answered; none of them waits for a query. */
  readonly answerWithinMs?: number;
}

const connectWithinMs = 5_000;
const answerWithinMs = 30_000;

/** Clients of one environment, each loaded when first asked for: a report's first row waits for no other. */
export class Clients {
  readonly #connection: TimedConnection;
  readonly #signal: AbortSignal | undefined;
  #athena?: Promise<AthenaClient>;
  #s3?: Promise<S3Client>;
  #glue?: Promise<GlueClient>;

  constructor(connection: TimedConnection, signal?: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Options of a call that Ctrl-C cuts short. */
  get sending(): { readonly abortSignal?: AbortSignal } {
    return this.#signal ? { abortSignal: this.#signal } : {};
  }

  athena(): Promise<AthenaClient> {
    this.#athena ??= import("../aws/athena").then((sdk) => new sdk.AthenaClient(this.#settings()));
    return this.#athena;
  }

  s3(): Promise<S3Client> {
    // Path style wherever an endpoint is named: a bucket's name is no host there.
    const forcePathStyle = Boolean(this.#connection.endpoint ?? process.env.AWS_ENDPOINT_URL);
    this.#s3 ??= import("../aws/s3").then(
      (sdk) => new sdk.S3Client({ ...this.#settings(), forcePathStyle, followRegionRedirects: true }),
    );
    return this.#s3;
  }

  glue(): Promise<GlueClient> {
    this.#glue ??= import("../aws/glue").then((sdk) => new sdk.GlueClient(this.#settings()));
    return this.#glue;
  }

  /** Opens an object of S3 as a stream; undefined when it has no body. */
  async openObject(bucket: string, key: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const s3 = await this.s3();
    const { GetObjectCommand } = await import("../aws/s3");
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), this.sending);
    return Body as AsyncIterable<Uint8Array> | undefined;
  }

  async region(): Promise<string> {
    return (await this.athena()).config.region();
  }

  /** In words, for the message that says it cannot be reached. */
  get where(): string {
    return this.#connection.endpoint ?? process.env.AWS_ENDPOINT_URL ?? "AWS";
  }

  async close(): Promise<void> {
    for (const client of [this.#athena, this.#s3, this.#glue]) (await client)?.destroy();
  }

  #settings() {
    const { answerWithinMs: requestTimeout = answerWithinMs, ...where } = this.#connection;
    return {
      ...where,
      retryStrategy: new Patience(),
      requestHandler: { connectionTimeout: connectWithinMs, requestTimeout, throwOnRequestTimeout: true },
    };
  }
}

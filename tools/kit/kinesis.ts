import { KinesisClient } from "@aws-sdk/client-kinesis";

/** Where a service is, and with which keys; nothing leaves it to the ordinary AWS chain. */
export interface Connection {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An answer that takes longer never comes; without a limit, the SDK would wait for it forever. */
export const ANSWER_MS = 30_000;

/** A client for long work: it leaves retries to whoever has it, who sees and counts them then. */
export const kinesisClient = (connection: Connection, answerMillis = ANSWER_MS): KinesisClient =>
  new KinesisClient({
    ...connection,
    maxAttempts: 1,
    // One connection for all calls, where the SDK would make one for each. A silent one is given up before the call is:
    // the next call would go over it again.
    requestHandler: {
      disableConcurrentStreams: false,
      sessionTimeout: answerMillis,
      requestTimeout: 2 * answerMillis,
    },
  });

import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Entry, PutOnce } from "./entry";

/** Where a service is, and with which keys; nothing leaves it to the ordinary AWS chain. */
export interface Connection {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Service {
  readonly put: PutOnce;
  readonly close: () => void;
}

/** An answer that takes longer never comes; without a limit, the SDK would wait for it forever. */
const ANSWER_MS = 30_000;
/** Retries are the agent's own, so that it sees and counts them. */
const ONE_TRY = { maxAttempts: 1 };

export function kinesisService(
  connection: Connection,
  StreamName: string,
  answerMillis = ANSWER_MS,
): Service {
  const client = new KinesisClient({
    ...connection,
    ...ONE_TRY,
    // One connection for all calls, where the SDK would make one for each. A silent one is given up before the call
    // is: the next call would go over it again.
    requestHandler: {
      disableConcurrentStreams: false,
      sessionTimeout: answerMillis,
      requestTimeout: 2 * answerMillis,
    },
  });
  return {
    put: async (entries, abortSignal) => {
      const Records = entries.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
      const answer = await client.send(new PutRecordsCommand({ StreamName, Records }), { abortSignal });
      return refusedOf(entries, answer.Records);
    },
    close: () => client.destroy(),
  };
}

export function firehoseService(
  connection: Connection,
  DeliveryStreamName: string,
  answerMillis = ANSWER_MS,
): Service {
  const client = new FirehoseClient({
    ...connection,
    ...ONE_TRY,
    requestHandler: { requestTimeout: answerMillis, throwOnRequestTimeout: true },
  });
  return {
    put: async (entries, abortSignal) => {
      const Records = entries.map(({ data }) => ({ Data: data }));
      const command = new PutRecordBatchCommand({ DeliveryStreamName, Records });
      const answer = await client.send(command, { abortSignal });
      return refusedOf(entries, answer.RequestResponses);
    },
    close: () => client.destroy(),
  };
}

/** Answers stand in the order of the entries; one that is missing is no acknowledgement. */
function refusedOf(
  entries: readonly Entry[],
  answers: readonly { ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[] = [],
): ReadonlyMap<Entry, string> {
  const refused = new Map<Entry, string>();
  entries.forEach((entry, i) => {
    const answer = answers[i];
    if (!answer) refused.set(entry, "no answer for this record");
    else if (answer.ErrorCode)
      refused.set(entry, [answer.ErrorCode, answer.ErrorMessage].filter(Boolean).join(": "));
  });
  return refused;
}

import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Entry, PutOnce } from "./entry";

/** Where a service is, and with which keys; nothing leaves it to the ordinary AWS chain. */
export interface Connection {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An answer that takes longer never comes. */
const ANSWER_MS = 30_000;

export interface Service {
  readonly put: PutOnce;
  readonly close: () => void;
}

/** Retries are the agent's own, so that it sees and counts them. */
const options = (connection: Connection) => ({ ...connection, maxAttempts: 1 });

export function kinesisService(connection: Connection, StreamName: string): Service {
  return service(
    () => new KinesisClient(options(connection)),
    async (client, entries, abortSignal) => {
      const Records = entries.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
      const answer = await client.send(new PutRecordsCommand({ StreamName, Records }), { abortSignal });
      return refusedOf(entries, answer.Records);
    },
  );
}

export function firehoseService(connection: Connection, DeliveryStreamName: string): Service {
  return service(
    () => new FirehoseClient(options(connection)),
    async (client, entries, abortSignal) => {
      const Records = entries.map(({ data }) => ({ Data: data }));
      const answer = await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records }), {
        abortSignal,
      });
      return refusedOf(entries, answer.RequestResponses);
    },
  );
}

/** A client whose connection stopped answering is replaced: another call over it would wait as long. */
function service<C extends { destroy(): void }>(
  make: () => C,
  put: (client: C, ...rest: Parameters<PutOnce>) => ReturnType<PutOnce>,
): Service {
  let client = make();
  return {
    put: async (entries, signal) => {
      const call = new AbortController();
      const end = () => call.abort();
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        end();
      }, ANSWER_MS);
      signal.addEventListener("abort", end, { once: true });
      try {
        return await put(client, entries, call.signal);
      } catch (error) {
        if (!late) throw error;
        client.destroy();
        client = make();
        throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
      }
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

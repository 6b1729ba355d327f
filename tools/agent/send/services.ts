import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Connection } from "../../kit/connect";
import { kinesisClient, REQUEST_TIMEOUT_MS } from "../../kit/kinesis";
import type { Entry, PutOnce } from "./framing";

export interface Service {
  readonly put: PutOnce;
  readonly close: () => void;
}

export function kinesisService(
  connection: Connection,
  StreamName: string,
  timeoutMillis = REQUEST_TIMEOUT_MS,
): Service {
  const client = kinesisClient(connection, timeoutMillis);
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
  timeoutMillis = REQUEST_TIMEOUT_MS,
): Service {
  const client = new FirehoseClient({
    ...connection,
    maxAttempts: 1,
    requestHandler: { requestTimeout: timeoutMillis, throwOnRequestTimeout: true },
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

/** Answers are in the order of the entries. A missing answer is not an acknowledgement. */
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

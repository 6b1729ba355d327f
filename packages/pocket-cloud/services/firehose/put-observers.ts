import type { Observers } from "../../service";
import { roundedMillis } from "../shared/metrics";
import { bytesOf } from "./metrics";
import type { FirehoseStore } from "./store";

const dataOf = (records: readonly ({ readonly Data: Uint8Array | undefined } | undefined)[]) =>
  records.map((record) => record?.Data ?? new Uint8Array());

const THROTTLED = "ServiceUnavailableException";

/** The metrics of Direct PUT. */
export function putObservers(store: FirehoseStore): Observers<"firehose"> {
  const incoming = (name: string, data: readonly Uint8Array[], throttled: number) =>
    store.report(name, {
      ThrottledRecords: throttled,
      ...(data.length > 0 && {
        IncomingPutRequests: 1,
        IncomingRecords: data.length,
        IncomingBytes: bytesOf(data),
      }),
    });
  return {
    PutRecord: ({ input: { DeliveryStreamName = "", Record }, output, error, millis }) => {
      if (!store.streams.has(DeliveryStreamName)) return;
      const data = dataOf([Record]);
      if (output || isThrottled(error)) incoming(DeliveryStreamName, output ? data : [], output ? 0 : 1);
      store.report(DeliveryStreamName, {
        "PutRecord.Requests": 1,
        "PutRecord.Bytes": bytesOf(data),
        "PutRecord.Latency": roundedMillis(millis),
      });
    },
    PutRecordBatch: ({ input: { DeliveryStreamName = "", Records = [] }, output, error, millis }) => {
      if (!store.streams.has(DeliveryStreamName)) return;
      const data = dataOf(Records);
      const codes = output?.RequestResponses?.map(({ ErrorCode }) => ErrorCode);
      if (codes) {
        const stored = data.filter((_, at) => codes[at] === undefined);
        incoming(DeliveryStreamName, stored, codes.filter((code) => code === THROTTLED).length);
      } else if (isThrottled(error)) incoming(DeliveryStreamName, [], data.length);
      store.report(DeliveryStreamName, {
        "PutRecordBatch.Requests": 1,
        "PutRecordBatch.Records": data.length,
        "PutRecordBatch.Bytes": bytesOf(data),
        "PutRecordBatch.Latency": roundedMillis(millis),
      });
    },
  };
}

const isThrottled = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === THROTTLED;

import type { Observers } from "../../service";
import { metricsOf, type Report, roundedMillis, type Units } from "../shared/metrics";
import type { FirehoseStore } from "./store";

/** Source: "Monitor Amazon Data Firehose with CloudWatch metrics", Firehose Developer Guide. */
export const UNITS = {
  "BackupToS3.Bytes": "Bytes",
  "BackupToS3.DataFreshness": "Seconds",
  "BackupToS3.Records": "Count",
  "BackupToS3.Success": "Count",
  "DataReadFromKinesisStream.Bytes": "Bytes",
  "DataReadFromKinesisStream.Records": "Count",
  "DeliveryToS3.Bytes": "Bytes",
  "DeliveryToS3.DataFreshness": "Seconds",
  "DeliveryToS3.Records": "Count",
  "DeliveryToS3.Success": "Count",
  "ExecuteProcessing.Duration": "Milliseconds",
  "ExecuteProcessing.Success": "Count",
  "FailedConversion.Bytes": "Bytes",
  "FailedConversion.Records": "Count",
  IncomingBytes: "Bytes",
  IncomingPutRequests: "Count",
  IncomingRecords: "Count",
  KinesisMillisBehindLatest: "Milliseconds",
  "PutRecord.Bytes": "Bytes",
  "PutRecord.Latency": "Milliseconds",
  "PutRecord.Requests": "Count",
  "PutRecordBatch.Bytes": "Bytes",
  "PutRecordBatch.Latency": "Milliseconds",
  "PutRecordBatch.Records": "Count",
  "PutRecordBatch.Requests": "Count",
  "SucceedConversion.Bytes": "Bytes",
  "SucceedConversion.Records": "Count",
  "SucceedProcessing.Bytes": "Bytes",
  "SucceedProcessing.Records": "Count",
  ThrottledRecords: "Count",
} as const satisfies Units<string>;

export type FirehoseReport = Report<keyof typeof UNITS>;

export const firehoseReport = ({ cloud }: Pick<FirehoseStore, "cloud">): FirehoseReport =>
  metricsOf(cloud.bus, "AWS/Firehose", UNITS);

export const bytesOf = (records: readonly { readonly byteLength: number }[]): number =>
  records.reduce((sum, { byteLength }) => sum + byteLength, 0);

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

import type { Bus } from "../../bus";
import { metricsOf, type Report, type Units } from "../shared/metrics";

/** Source: "Monitor Amazon Data Firehose with CloudWatch metrics", Firehose Developer Guide. */
const UNITS = {
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

export const firehoseReport = (bus: Bus): FirehoseReport => metricsOf(bus, "AWS/Firehose", UNITS);

export const bytesOf = (records: readonly { readonly byteLength: number }[]): number =>
  records.reduce((sum, { byteLength }) => sum + byteLength, 0);

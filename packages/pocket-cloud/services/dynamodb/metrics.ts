import type { Bus } from "../../bus";
import { metricsOf, type Report, type Units } from "../shared/metrics";

/**
 * DynamoDB reports only values above zero. Source: "DynamoDB Metrics and dimensions", DynamoDB Developer Guide.
 */
const UNITS = {
  ConditionalCheckFailedRequests: "Count",
  ConsumedReadCapacityUnits: "Count",
  ConsumedWriteCapacityUnits: "Count",
  ReadThrottleEvents: "Count",
  ReturnedItemCount: "Count",
  SuccessfulRequestLatency: "Milliseconds",
  SystemErrors: "Count",
  ThrottledRequests: "Count",
  TimeToLiveDeletedItemCount: "Count",
  UserErrors: "Count",
  WriteThrottleEvents: "Count",
} as const satisfies Units<string>;

export type DynamoReport = Report<keyof typeof UNITS>;

export const dynamoReport = (bus: Bus): DynamoReport => metricsOf(bus, "AWS/DynamoDB", UNITS);

import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import type { Bus } from "../../bus";
import { metricsOf, type Report, type Units } from "../shared/metrics";

/**
 * Lambda reports Errors and Throttles as 0 with each successful invocation.
 * Source: "Types of metrics for Lambda functions", Lambda Developer Guide.
 */
const FUNCTION_UNITS = {
  Invocations: "Count",
  Errors: "Count",
  Throttles: "Count",
  Duration: "Milliseconds",
  ConcurrentExecutions: "Count",
  IteratorAge: "Milliseconds",
  AsyncEventsReceived: "Count",
  AsyncEventAge: "Milliseconds",
  AsyncEventsDropped: "Count",
  DeadLetterErrors: "Count",
  DestinationDeliveryFailures: "Count",
} as const satisfies Units<string>;

/** Metrics of event source mappings, which MetricsConfig enables. Same source. */
const MAPPING_UNITS = {
  PolledEventCount: "Count",
  FilteredOutEventCount: "Count",
  InvokedEventCount: "Count",
  FailedInvokeEventCount: "Count",
  DroppedEventCount: "Count",
  OnFailureDestinationDeliveredEventCount: "Count",
  DeletedEventCount: "Count",
} as const satisfies Units<string>;

export interface LambdaMetrics {
  ofFunction(name: string, values: Parameters<Report<keyof typeof FUNCTION_UNITS>>[1]): void;
  ofMapping(
    mapping: EventSourceMappingConfiguration,
    values: Parameters<Report<keyof typeof MAPPING_UNITS>>[1],
  ): void;
}

export function lambdaMetrics(bus: Bus): LambdaMetrics {
  const reportFunction = metricsOf(bus, "AWS/Lambda", FUNCTION_UNITS);
  const reportMapping = metricsOf(bus, "AWS/Lambda", MAPPING_UNITS);
  return {
    ofFunction: (FunctionName, values) => reportFunction({ FunctionName }, values),
    ofMapping: ({ UUID = "", MetricsConfig }, values) => {
      if (MetricsConfig?.Metrics?.includes("EventCount"))
        reportMapping({ EventSourceMappingUUID: UUID }, values);
    },
  };
}

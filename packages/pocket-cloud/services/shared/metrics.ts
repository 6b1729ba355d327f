import type { StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { Bus } from "../../bus";

/** The metrics of a service with their units. */
export type Units<Name extends string> = Readonly<Record<Name, StandardUnit>>;

export type Report<Name extends string> = (
  dimensions: Readonly<Record<string, string>>,
  values: Readonly<Partial<Record<Name, number | undefined>>>,
) => void;

/** Makes the function by which a service reports values of its metrics to CloudWatch. */
export const metricsOf =
  <Name extends string>(bus: Bus, namespace: string, units: Units<Name>): Report<Name> =>
  (dimensions, values) =>
    bus.emit("metrics:values", { namespace, dimensions, values, units });

/** Latencies are rounded, so that equal values aggregate. */
export const roundedMillis = (millis: number): number => Math.round(millis * 10) / 10;

import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";

interface Asking {
  readonly ReturnConsumedCapacity?: string | undefined;
}

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));
export const readUnits = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/** The answer's ConsumedCapacity, when the request wants it. */
export function consumed(
  input: Asking,
  TableName: string,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } {
  const level = input.ReturnConsumedCapacity ?? "NONE";
  if (level === "NONE") return {};
  return {
    ConsumedCapacity: {
      TableName,
      CapacityUnits: units,
      ...(level === "INDEXES" && { Table: { CapacityUnits: units } }),
    },
  };
}

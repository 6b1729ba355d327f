import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));
export const readUnits = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/** The answer's ConsumedCapacity, when the request asks for it. */
export function consumedCapacity(
  { ReturnConsumedCapacity: level = "NONE" }: { readonly ReturnConsumedCapacity?: string | undefined },
  TableName: string,
  CapacityUnits: number,
): { ConsumedCapacity?: ConsumedCapacity } {
  if (level === "NONE") return {};
  return {
    ConsumedCapacity: { TableName, CapacityUnits, ...(level === "INDEXES" && { Table: { CapacityUnits } }) },
  };
}

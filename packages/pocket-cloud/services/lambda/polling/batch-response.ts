import type { Invoked } from "../runtime/invocation";

/** The result of a batch: all entries succeeded, all failed, or all before `index` succeeded. */
export type BatchResult =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed" }
  | { readonly kind: "failed from"; readonly index: number };

const SUCCEEDED: BatchResult = { kind: "succeeded" };
const FAILED: BatchResult = { kind: "failed" };

type Response = Pick<Invoked, "failed" | "payload">;

/**
 * Reads a function's response. With ReportBatchItemFailures, an empty report means success, otherwise the batch failed
 * from the first reported entry on. A report with an unknown identifier fails the whole batch.
 */
export function batchResult(
  invoked: Response,
  ids: readonly string[],
  reportsFailures: boolean,
): BatchResult {
  if (invoked.failed) return FAILED;
  if (!reportsFailures) return SUCCEEDED;
  const response: unknown = JSON.parse(invoked.payload);
  if (response === null || response === "") return SUCCEEDED;
  if (typeof response !== "object") return FAILED;
  const failures: unknown = (response as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return SUCCEEDED;
  if (!Array.isArray(failures)) return FAILED;
  if (failures.length === 0) return SUCCEEDED;
  const indexes = failures.map((failure: unknown) => indexOf(failure, ids));
  return indexes.includes(-1) ? FAILED : { kind: "failed from", index: Math.min(...indexes) };
}

/** The identifiers of the failed entries of a queue's batch, in which entries fail independently. */
export function failedIds(
  invoked: Response,
  ids: readonly string[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const { kind } = batchResult(invoked, ids, reportsFailures);
  if (kind === "succeeded") return new Set();
  if (kind === "failed") return new Set(ids);
  const { batchItemFailures } = JSON.parse(invoked.payload) as {
    batchItemFailures: { itemIdentifier: string }[];
  };
  return new Set(batchItemFailures.map((failure) => failure.itemIdentifier));
}

function indexOf(failure: unknown, ids: readonly string[]): number {
  const id: unknown = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
  return typeof id === "string" ? ids.indexOf(id) : -1;
}

import type { Invoked } from "../runtime/runtime";

/** What an invocation says of its batch: all done, all failed, or failed from one entry on. */
export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "failed" }
  | { readonly kind: "from"; readonly index: number };

const DONE: Verdict = { kind: "done" };
const FAILED: Verdict = { kind: "failed" };

/**
 * Reads a response under ReportBatchItemFailures. Nothing to report is success; the lowest reported entry is where
 * to go on; a report that names nothing in the batch fails the whole of it.
 */
export function verdictOf(
  invoked: Pick<Invoked, "failed" | "payload">,
  ids: readonly string[],
  reporting: boolean,
): Verdict {
  if (invoked.failed) return FAILED;
  if (!reporting) return DONE;
  const response: unknown = JSON.parse(invoked.payload);
  if (response === null || response === "") return DONE;
  if (typeof response !== "object") return FAILED;
  const failures: unknown = (response as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return DONE;
  if (!Array.isArray(failures)) return FAILED;
  if (failures.length === 0) return DONE;
  const at = failures.map((failure: unknown) => indexOf(failure, ids));
  return at.includes(-1) ? FAILED : { kind: "from", index: Math.min(...at) };
}

/** For queues, where every entry stands for itself: the ids that failed. */
export function verdictsOf(
  invoked: Pick<Invoked, "failed" | "payload">,
  ids: readonly string[],
  reporting: boolean,
): ReadonlySet<string> {
  const verdict = verdictOf(invoked, ids, reporting);
  if (verdict.kind === "done") return new Set();
  if (verdict.kind === "failed") return new Set(ids);
  const { batchItemFailures } = JSON.parse(invoked.payload) as {
    batchItemFailures: { itemIdentifier: string }[];
  };
  return new Set(batchItemFailures.map((failure) => failure.itemIdentifier));
}

function indexOf(failure: unknown, ids: readonly string[]): number {
  const id: unknown = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
  return typeof id === "string" ? ids.indexOf(id) : -1;
}

import type { Execution } from "../records";
import type { AthenaStore } from "../store";
import { objectOf } from "./results";

const MINUTE = 60_000;

/** Results that depend on non-deterministic functions or on the current time are not reused. */
const CHANGING =
  /\b(?:rand|random|uuid|shuffle|now)\s*\(|\b(?:current_date|current_time|current_timestamp|localtime|localtimestamp)\b/i;

/** Completes the execution with a recent result of the same query and parameters; undefined if there is none. */
export function reusable(store: AthenaStore, execution: Execution): Execution | undefined {
  const { reuseMinutes } = execution;
  if (reuseMinutes === undefined || execution.substatementType !== "SELECT") return undefined;
  if (CHANGING.test(execution.query.replace(/'(?:[^']|'')*'/g, "''"))) return undefined;
  const oldest = store.cloud.clock.now() - reuseMinutes * MINUTE;
  const earlier = store.executions
    .inWorkGroup(execution.workGroup)
    .find(
      (one) =>
        one.state === "SUCCEEDED" &&
        one.reusedFrom === undefined &&
        (one.completed ?? 0) >= oldest &&
        same(one, execution) &&
        exists(store, one),
    );
  if (!earlier) return undefined;
  return Object.assign(execution, {
    state: "SUCCEEDED" as const,
    location: earlier.location,
    columns: earlier.columns,
    rows: earlier.rows,
    bytes: earlier.bytes,
    started: execution.submitted,
    completed: execution.submitted,
    elapsed: 0,
    reusedFrom: earlier.id,
  });
}

const same = (a: Execution, b: Execution): boolean =>
  a.query === b.query &&
  a.catalog === b.catalog &&
  a.database === b.database &&
  a.caller.arn === b.caller.arn &&
  JSON.stringify(a.resultConfiguration) === JSON.stringify(b.resultConfiguration) &&
  JSON.stringify(a.parameters ?? []) === JSON.stringify(b.parameters ?? []);

function exists(store: AthenaStore, execution: Execution): boolean {
  const { bucket, key } = objectOf(execution.location);
  return store.cloud.s3Files().object(bucket, key) !== undefined;
}

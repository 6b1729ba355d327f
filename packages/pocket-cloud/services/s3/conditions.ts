import { s3Errors } from "./errors";
import type { StoredObject } from "./records";

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

type Verdict = "ok" | "not modified" | "failed";

/** The order of RFC 9110: entity tags before dates; a date counts only without the entity tag. */
function evaluate(object: Pick<StoredObject, "etag" | "modified">, conditions: ReadConditions): Verdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // HTTP dates are in whole seconds.
  const modified = Math.floor(object.modified / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) return "failed";
  } else if (ifUnmodifiedSince && modified > ifUnmodifiedSince.getTime()) return "failed";
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.etag) ? "not modified" : "ok";
  if (ifModifiedSince && modified <= ifModifiedSince.getTime()) return "not modified";
  return "ok";
}

export function checkRead(object: StoredObject, conditions: ReadConditions): void {
  const verdict = evaluate(object, conditions);
  if (verdict === "failed") throw s3Errors.preconditionFailed();
  if (verdict === "not modified") throw s3Errors.notModified({ ETag: `"${object.etag}"` });
}

/** For the source of a copy the error is 412 where GET answers 304. */
export function checkCopySource(object: StoredObject, conditions: ReadConditions): void {
  if (evaluate(object, conditions) !== "ok") throw s3Errors.preconditionFailed();
}

/** `If-None-Match: *` allows only a new key, `If-Match` only the replacement of that version. */
export function checkWrite(
  current: StoredObject | undefined,
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): void {
  if (ifNoneMatch !== undefined && current && matches(ifNoneMatch, current.etag))
    throw s3Errors.preconditionFailed({ Condition: "If-None-Match" });
  if (ifMatch === undefined) return;
  if (!current) throw s3Errors.noSuchKey();
  if (!matches(ifMatch, current.etag)) throw s3Errors.preconditionFailed({ Condition: "If-Match" });
}

const matches = (header: string, etag: string): boolean =>
  header.split(",").some((entry) => {
    const tag = entry
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return tag === "*" || tag === etag;
  });

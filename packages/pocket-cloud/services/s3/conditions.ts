import { s3Errors } from "./errors";
import type { StoredObject } from "./records";

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

type Verdict = "ok" | "not modified" | "failed";

/** RFC 9110's order: entity tags before dates, and a date counts only where its entity tag is absent. */
function judge(object: Pick<StoredObject, "etag" | "modified">, conditions: ReadConditions): Verdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // HTTP dates have whole seconds.
  const modified = Math.floor(object.modified / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!lists(ifMatch, object.etag)) return "failed";
  } else if (ifUnmodifiedSince && modified > ifUnmodifiedSince.getTime()) return "failed";
  if (ifNoneMatch !== undefined) return lists(ifNoneMatch, object.etag) ? "not modified" : "ok";
  if (ifModifiedSince && modified <= ifModifiedSince.getTime()) return "not modified";
  return "ok";
}

export function checkRead(object: StoredObject, conditions: ReadConditions): void {
  const verdict = judge(object, conditions);
  if (verdict === "failed") throw s3Errors.preconditionFailed();
  if (verdict === "not modified") throw s3Errors.notModified({ ETag: `"${object.etag}"` });
}

/** The source of a copy answers 412 also where a GET would answer 304. */
export function checkCopySource(object: StoredObject, conditions: ReadConditions): void {
  if (judge(object, conditions) !== "ok") throw s3Errors.preconditionFailed();
}

/** `If-None-Match: *` writes only a new key, `If-Match` only over the version the caller knows. */
export function checkWrite(
  current: StoredObject | undefined,
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): void {
  if (ifNoneMatch !== undefined && current && lists(ifNoneMatch, current.etag))
    throw s3Errors.preconditionFailed({ Condition: "If-None-Match" });
  if (ifMatch === undefined) return;
  if (!current) throw s3Errors.noSuchKey();
  if (!lists(ifMatch, current.etag)) throw s3Errors.preconditionFailed({ Condition: "If-Match" });
}

const lists = (header: string, etag: string): boolean =>
  header.split(",").some((entry) => {
    const tag = entry
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return tag === "*" || tag === etag;
  });

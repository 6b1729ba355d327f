import { AwsError } from "../../errors";
import { s3Errors } from "./errors";
import type { StoredObject } from "./records";

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

/** The condition that does not hold, as S3 names it in its error; "ok" when all hold. */
type Verdict = "ok" | "If-Match" | "If-Unmodified-Since" | "If-None-Match" | "If-Modified-Since";

/** The order of RFC 9110: entity tags before dates; a date counts only without the entity tag. */
function evaluate(
  object: Pick<StoredObject, "etag" | "modified">,
  conditions: ReadConditions,
  now: number,
): Verdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // HTTP dates are in whole seconds.
  const modified = Math.floor(object.modified / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) return "If-Match";
  } else if (ifUnmodifiedSince && modified > ifUnmodifiedSince.getTime()) return "If-Unmodified-Since";
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.etag) ? "If-None-Match" : "ok";
  // RFC 9110 and S3 ignore a date in the future (recorded by LocalStack's test_s3_get_object_preconditions).
  if (ifModifiedSince && ifModifiedSince.getTime() <= now && modified <= ifModifiedSince.getTime())
    return "If-Modified-Since";
  return "ok";
}

export function checkRead(object: StoredObject, conditions: ReadConditions, now: number): void {
  const verdict = evaluate(object, conditions, now);
  if (verdict === "ok") return;
  if (verdict === "If-Match" || verdict === "If-Unmodified-Since")
    throw s3Errors.preconditionFailed({ Condition: verdict });
  // S3 API, GetObject: a 304 has the ETag and Last-Modified, without a body.
  throw s3Errors.notModified({
    headers: { etag: `"${object.etag}"`, "last-modified": new Date(object.modified).toUTCString() },
  });
}

interface CopyInput {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

/** For the source of a copy the error is 412 where GET answers 304. */
export function checkCopySource(object: StoredObject, input: CopyInput, now: number): void {
  const conditions = {
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  const verdict = evaluate(object, conditions, now);
  if (verdict !== "ok") throw s3Errors.preconditionFailed({ Condition: `x-amz-copy-source-${verdict}` });
}

/**
 * Writes take only `If-None-Match: *` and only an entity tag in `If-Match`, one of the two (recorded by LocalStack's
 * tests of preconditions).
 */
export function checkWriteHeaders(ifMatch: string | undefined, ifNoneMatch: string | undefined): void {
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw notImplemented(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  const [header] = [
    ...(ifNoneMatch !== undefined && ifNoneMatch !== "*" ? ["If-None-Match"] : []),
    ...(ifMatch === "*" ? ["If-Match"] : []),
  ];
  if (header)
    throw notImplemented(header, `We don't accept the provided value of ${header} header for this API`);
}

const notImplemented = (Header: string, additionalMessage: string): AwsError =>
  new AwsError("NotImplemented", "A header you provided implies functionality that is not implemented", 501, {
    Header,
    additionalMessage,
  });

/** `If-None-Match: *` allows only a new key, `If-Match` only the replacement of that version. */
export function checkWrite(
  key: string,
  current: StoredObject | undefined,
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): void {
  if (ifNoneMatch !== undefined && current && matches(ifNoneMatch, current.etag))
    throw s3Errors.preconditionFailed({ Condition: "If-None-Match" });
  if (ifMatch === undefined) return;
  if (!current) throw s3Errors.noSuchKey({ Key: key });
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

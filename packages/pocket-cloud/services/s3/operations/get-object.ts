import { AwsError } from "../../../errors";
import type { Input, Output } from "../../../models";
import type { Call } from "../../../service";
import { readFileRange } from "../body";
import { checkRead } from "../conditions";
import { checkPartNumber, objectMembers } from "../description";
import { invalidRequest } from "../errors";
import { findObject } from "../find";
import { expirationHeader } from "../lifecycle";
import { objectArn } from "../names";
import { type Make, onObject } from "../operation";
import { parseRange, partSpan, type Span } from "../ranges";
import type { StoredObject } from "../records";
import type { S3Store } from "../store";

type Read = Input<"s3", "GetObject"> | Input<"s3", "HeadObject">;

export const getObject: Make<"GetObject"> = (store) => ({
  ...onObject("s3:GetObject"),
  run: (input, call) => {
    const { object, span, answer } = look(store, input, call);
    const file = store.bucket(input.Bucket).files.path(object.file);
    return {
      ...answer,
      Body: readFileRange(file, span) as unknown as Exclude<Output<"s3", "GetObject">["Body"], undefined>,
    };
  },
});

export const headObject: Make<"HeadObject"> = (store) => ({
  ...onObject("s3:GetObject"),
  run: (input, call) => {
    try {
      return look(store, input, call).answer;
    } catch (error) {
      // A HEAD has no body to carry a code in: clients see the bare status.
      if (error instanceof AwsError && error.status === 404)
        throw new AwsError("NotFound", "Not Found", 404, error.details);
      throw error;
    }
  },
});

/** What GET and HEAD have in common: all but the bytes. */
function look(store: S3Store, input: Read, call: Call) {
  checkPartNumber(input.PartNumber);
  if (input.Range !== undefined && input.PartNumber !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  if (input.VersionId !== undefined)
    store.authorize(call, "s3:GetObjectVersion", objectArn(input.Bucket, input.Key));
  const object = findObject(store, input, call);
  checkRead(object, {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  });
  const record = store.record(input.Bucket ?? "");
  const asked = askedSpan(object, input);
  const span = asked ?? { start: 0, end: object.size - 1 };
  const answer = {
    ...objectMembers(object, record.versioning !== undefined, input.ChecksumMode === "ENABLED" && !asked),
    ...expirationHeader(object, record),
    ContentLength: span.end - span.start + 1,
    ...(asked && { ContentRange: `bytes ${span.start}-${span.end}/${object.size}` }),
    ...(input.PartNumber !== undefined && object.parts && { PartsCount: object.parts.length }),
    ...overrides(input),
  };
  return { object, span, answer };
}

function askedSpan(object: StoredObject, input: Read): Span | undefined {
  if (input.PartNumber !== undefined) return partSpan(object.parts, object.size, input.PartNumber);
  return input.Range === undefined ? undefined : parseRange(input.Range, object.size);
}

/** The response-* parameters of a (presigned) request. */
function overrides(input: Read) {
  const { ResponseExpires } = input;
  return {
    ...(input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentDisposition !== undefined && {
      ContentDisposition: input.ResponseContentDisposition,
    }),
    ...(input.ResponseContentEncoding !== undefined && { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage !== undefined && { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType }),
    ...(ResponseExpires !== undefined && {
      Expires: ResponseExpires,
      ExpiresString: ResponseExpires.toUTCString(),
    }),
  };
}

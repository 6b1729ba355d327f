import { AwsError } from "../../../errors";
import type { Input, Output } from "../../../models";
import type { Call } from "../../../service";
import { readFileRange } from "../body";
import { checksumMembers } from "../checksums";
import { checkRead } from "../conditions";
import { checkPartNumber, objectMembers, seconds } from "../description";
import { invalidRequest, s3Errors } from "../errors";
import { checkNotArchived, findObject } from "../find";
import { checkDecrypt } from "../kms";
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
    const { object, span, answer } = describeObject(store, input, call);
    checkNotArchived(object);
    checkDecrypt(store, call.caller, { bucket: input.Bucket ?? "", key: object.key }, object.encryption);
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
      const { object, answer } = describeObject(store, input, call);
      // S3 API, HeadObject: only the checksum of an object needs kms:Decrypt.
      if (input.ChecksumMode === "ENABLED")
        checkDecrypt(store, call.caller, { bucket: input.Bucket ?? "", key: object.key }, object.encryption);
      return answer;
    } catch (error) {
      // A response to HEAD has no body, so clients see only the status.
      if (error instanceof AwsError && error.status === 404)
        throw new AwsError("NotFound", "Not Found", 404, error.details);
      throw error;
    }
  },
});

/** The output of GetObject and HeadObject without the body. */
function describeObject(store: S3Store, input: Read, call: Call) {
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
  const requested = requestedSpan(object, input);
  const span = requested ?? { start: 0, end: object.size - 1 };
  const answer = {
    ...objectMembers(object, record.versioning !== undefined, input.ChecksumMode === "ENABLED" && !requested),
    ...expirationHeader(object, record),
    ContentLength: span.end - span.start + 1,
    ...(requested && { ContentRange: `bytes ${span.start}-${span.end}/${object.size}` }),
    ...(input.PartNumber !== undefined && object.parts && { PartsCount: object.parts.length }),
    ...overrides(input),
  };
  return { object, span, answer };
}

function requestedSpan(object: StoredObject, input: Read): Span | undefined {
  if (input.PartNumber !== undefined) return partSpan(object.parts, object.size, input.PartNumber);
  return input.Range === undefined ? undefined : parseRange(input.Range, object.size);
}

/** The response-* query parameters. */
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

export const getObjectAttributes: Make<"GetObjectAttributes"> = (store) => ({
  ...onObject("s3:GetObjectAttributes"),
  run: (input, call) => {
    const requested = new Set<string>(input.ObjectAttributes ?? []);
    if (requested.size === 0) throw s3Errors.malformedXml();
    const object = findObject(store, input, call);
    const marker = Number(input.PartNumberMarker ?? 0);
    const limit = Math.min(input.MaxParts ?? 1000, 1000);
    const parts = object.parts?.map((Size, index) => ({ PartNumber: index + 1, Size }));
    const page = parts?.slice(marker, marker + limit) ?? [];
    return {
      LastModified: seconds(object.modified),
      ...(store.record(input.Bucket ?? "").versioning && { VersionId: object.versionId }),
      ...(requested.has("ETag") && { ETag: object.etag }),
      ...(requested.has("Checksum") && { Checksum: checksumMembers(object.checksum) }),
      ...(requested.has("StorageClass") && { StorageClass: object.storageClass as "STANDARD" }),
      ...(requested.has("ObjectSize") && { ObjectSize: object.size }),
      ...(requested.has("ObjectParts") &&
        parts && {
          ObjectParts: {
            TotalPartsCount: parts.length,
            PartNumberMarker: String(marker),
            NextPartNumberMarker: String(marker + page.length),
            MaxParts: limit,
            IsTruncated: marker + page.length < parts.length,
            Parts: page,
          },
        }),
    };
  },
});

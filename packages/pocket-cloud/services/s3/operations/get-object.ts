import { AwsError } from "../../../errors";
import type { Input, Output } from "../../../models";
import type { Call } from "../../../service";
import { readFileRange } from "../body";
import { checksumMembers } from "../checksums";
import { checkRead } from "../conditions";
import { checkPartNumber, objectMembers, seconds } from "../description";
import { invalidArgument, invalidRequest, s3Errors } from "../errors";
import { checkNotArchived, findObject } from "../find";
import { checkDecrypt } from "../kms";
import { expirationHeader } from "../lifecycle";
import { objectArn } from "../names";
import { type Make, onObject } from "../operation";
import { parseRange, partSpan, type Span } from "../ranges";
import type { Checksum, StoredObject } from "../records";
import type { S3Store } from "../store";

type Read = Input<"s3", "GetObject"> | Input<"s3", "HeadObject">;

export const getObject: Make<"GetObject"> = (store) => ({
  ...onObject("s3:GetObject"),
  run: async (input, call) => {
    const { object, span, answer } = describeObject(store, input, call);
    checkNotArchived(object);
    const elsewhere = checkDecrypt(
      store,
      call.caller,
      { bucket: input.Bucket ?? "", key: object.key },
      object.encryption,
    );
    if (elsewhere) await elsewhere;
    const file = store.bucket(input.Bucket).files.path(object.file);
    return {
      ...answer,
      Body: readFileRange(file, span) as unknown as Exclude<Output<"s3", "GetObject">["Body"], undefined>,
    };
  },
});

export const headObject: Make<"HeadObject"> = (store) => ({
  ...onObject("s3:GetObject"),
  run: async (input, call) => {
    try {
      const { object, answer } = describeObject(store, input, call);
      // S3 API, HeadObject: only the checksum of an object needs kms:Decrypt.
      if (input.ChecksumMode === "ENABLED") {
        const place = { bucket: input.Bucket ?? "", key: object.key };
        const elsewhere = checkDecrypt(store, call.caller, place, object.encryption);
        if (elsewhere) await elsewhere;
      }
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
  // S3 API reference, GetObject: a header of encryption is answered with 400.
  if (call.headers?.["x-amz-server-side-encryption"] !== undefined)
    throw invalidArgument(
      "x-amz-server-side-encryption header is not supported for this operation.",
      "x-amz-server-side-encryption",
      String(call.headers["x-amz-server-side-encryption"]),
    );
  checkPartNumber(input.PartNumber);
  if (input.Range !== undefined && input.PartNumber !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  if (input.VersionId !== undefined)
    store.authorize(call, "s3:GetObjectVersion", objectArn(input.Bucket, input.Key));
  const object = findObject(store, input, call);
  checkRead(
    object,
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    store.cloud.clock.now(),
  );
  const record = store.record(input.Bucket ?? "");
  const requested = requestedSpan(object, input);
  const span = requested ?? { start: 0, end: object.size - 1 };
  const answer = {
    ...objectMembers(object, record.versioning !== undefined),
    ...(input.ChecksumMode?.toUpperCase() === "ENABLED" && checksumOf(object, input.PartNumber, span)),
    // Not for a version that is named, even the current one (recorded by test_bucket_lifecycle_configuration_object_expiry_versioned).
    ...(input.VersionId === undefined && expirationHeader(object, record)),
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

/**
 * The checksum of the whole object, or of the part that was asked for. AWS keeps those of parts only when the upload named an
 * algorithm, and returns those of COMPOSITE uploads only; a range has none (recorded by LocalStack's tests
 * test_complete_multipart_parts_checksum_full_object, test_get_object_range).
 */
function checksumOf(
  { checksum, parts, partChecksums, size }: StoredObject,
  part: number | undefined,
  span: Span,
) {
  if (part !== undefined && parts) {
    const value = partChecksums?.[part - 1];
    return value === undefined || checksum.type !== "COMPOSITE"
      ? {}
      : checksumMembers({ ...checksum, value });
  }
  return span.start === 0 && span.end === size - 1 ? checksumMembers(checksum) : {};
}

/** The response-* query parameters. */
/** Headers can be written in Latin-1 only (recorded by test_get_response_overrides_unicode_metadata_with_sig_s3). */
function checkLatin1(name: string, value = ""): void {
  if (/[^\0-\xff]/.test(value))
    throw invalidArgument("Header value cannot be represented using ISO-8859-1.", name, value);
}

function overrides(input: Read) {
  const { ResponseExpires } = input;
  checkLatin1("response-cache-control", input.ResponseCacheControl);
  checkLatin1("response-content-disposition", input.ResponseContentDisposition);
  checkLatin1("response-content-encoding", input.ResponseContentEncoding);
  checkLatin1("response-content-language", input.ResponseContentLanguage);
  checkLatin1("response-content-type", input.ResponseContentType);
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
    return {
      LastModified: seconds(object.modified),
      ...(store.record(input.Bucket ?? "").versioning && { VersionId: object.versionId }),
      ...(requested.has("ETag") && { ETag: object.etag }),
      ...(requested.has("Checksum") && { Checksum: checksumMembers(withoutCount(object.checksum)) }),
      ...(requested.has("StorageClass") && { StorageClass: object.storageClass as "STANDARD" }),
      ...(requested.has("ObjectSize") && { ObjectSize: object.size }),
      ...(requested.has("ObjectParts") && object.parts && { ObjectParts: partsOf(object, input) }),
    };
  },
});

/** AWS states the checksum of checksums here without the number of parts. */
const withoutCount = (checksum: Checksum): Checksum => ({
  ...checksum,
  value: checksum.value.replace(/-\d+$/, ""),
});

/** AWS lists the parts of uploads with composite checksums, and counts those of others. */
function partsOf(
  { parts = [], partChecksums, checksum }: StoredObject,
  { PartNumberMarker, MaxParts }: Input<"s3", "GetObjectAttributes">,
) {
  if (checksum.type !== "COMPOSITE") return { TotalPartsCount: parts.length };
  const marker = Number(PartNumberMarker ?? 0);
  const limit = Math.min(MaxParts ?? 1000, 1000);
  const page = parts.slice(marker, marker + limit).map((Size, index) => {
    const { ChecksumType: _, ...sum } = checksumMembers({
      ...checksum,
      value: partChecksums?.[marker + index] ?? "",
    });
    return { PartNumber: marker + index + 1, Size, ...sum };
  });
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.PartNumber ?? 0),
    MaxParts: limit,
    IsTruncated: marker + page.length < parts.length,
    Parts: page,
  };
}

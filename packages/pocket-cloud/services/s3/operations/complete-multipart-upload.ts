import { createHash } from "node:crypto";
import type { Input } from "../../../models";
import { type Body, concatenation, writeBody } from "../body";
import type { Bucket, OpenUpload } from "../bucket";
import { checksumMembers, composite, type Expected, expectedChecksum, givenChecksum } from "../checksums";
import { checkWrite, checkWriteHeaders } from "../conditions";
import { encryptionMembers } from "../description";
import { badChecksum, invalidRequest, s3Errors } from "../errors";
import { checkDecrypt } from "../kms";
import { expirationHeader } from "../lifecycle";
import { type Make, onObject } from "../operation";
import type { Checksum, Part, StoredObject, Upload, Version } from "../records";
import type { BucketRecord, S3Store } from "../store";
import { findUpload } from "./multipart";

const MIN_PART_SIZE = 5 * 2 ** 20;

type Request = Input<"s3", "CompleteMultipartUpload">;

export const completeMultipartUpload: Make<"CompleteMultipartUpload"> = (store) => ({
  ...onObject("s3:PutObject"),
  run: async (input, call) => {
    checkWriteHeaders(input.IfMatch, input.IfNoneMatch);
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const record = store.record(bucket.name);
    const again = completedBefore(bucket, input);
    if (again) return answer(store, record, bucket.name, again);
    const open = findUpload(bucket, input.Key, input.UploadId);
    const { upload } = open;
    checkChecksumType(upload, input.ChecksumType);
    const parts = chosenParts(input, open);
    checkDecrypt(store, call.caller, { bucket: bucket.name, key: upload.key }, upload.encryption);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size)
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
      );
    checkWrite(upload.key, bucket.current(upload.key), input.IfMatch, input.IfNoneMatch);
    const release = bucket.files.hold();
    const file = bucket.files.nameFor(upload.key);
    try {
      const paths = parts.map((part) => bucket.files.path(part.file));
      const whole = await writeBody(bucket.files.path(file), concatenation(paths) as unknown as Body, {
        checksum: wholeChecksum(upload, input),
      });
      const checksum = finalChecksum(upload, parts, whole.checksum, input);
      const object: StoredObject = {
        kind: "object",
        key: upload.key,
        versionId: store.versionId(bucket.name),
        // As in S3, the object has the time when its upload began.
        modified: upload.initiated,
        file,
        size,
        etag: etagOf(parts.map((part) => part.etag)),
        upload: upload.id,
        checksum,
        parts: parts.map((part) => part.size),
        headers: upload.headers,
        metadata: upload.metadata,
        storageClass: upload.storageClass,
        encryption: upload.encryption,
        tags: upload.tags,
      };
      findUpload(bucket, input.Key, input.UploadId);
      checkWrite(upload.key, bucket.current(upload.key), input.IfMatch, input.IfNoneMatch);
      store.put(bucket, object, "ObjectCreated:CompleteMultipartUpload", upload.id);
      return answer(store, record, bucket.name, object);
    } catch (error) {
      bucket.files.discard(file);
      throw error;
    } finally {
      release();
    }
  },
});

const etagOf = (parts: readonly string[]): string =>
  `${createHash("md5").update(parts.join(""), "hex").digest("hex")}-${parts.length}`;

const unquoted = (etag = ""): string => etag.replace(/^"(.*)"$/, "$1");

/**
 * The object that an earlier request with the same upload and parts made: a client repeats a request whose answer was lost,
 * and gets the same answer (S3 API, CompleteMultipartUpload).
 */
function completedBefore(bucket: Bucket, { Key = "", UploadId, MultipartUpload }: Request) {
  if (UploadId === undefined || bucket.uploads.has(UploadId)) return undefined;
  const etag = etagOf((MultipartUpload?.Parts ?? []).map(({ ETag }) => unquoted(ETag)));
  return bucket
    .versions(Key)
    .find((version) => version.kind === "object" && version.upload === UploadId && version.etag === etag);
}

function answer(store: S3Store, record: BucketRecord, bucket: string, version: Version) {
  const object = version as StoredObject;
  return {
    Location: `${store.cloud.endpoint()}/${bucket}/${encodeURIComponent(object.key)}`,
    Bucket: bucket,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ...checksumMembers(object.checksum),
    ...encryptionMembers(object),
    ...(record.versioning && { VersionId: object.versionId }),
    ...expirationHeader(object, record),
  };
}

/** The parts of the request, checked against the uploaded ones. */
function chosenParts(input: Request, { upload, parts: uploaded }: OpenUpload): Part[] {
  if (input.MultipartUpload === undefined) throw s3Errors.malformedXml();
  const listed = input.MultipartUpload.Parts ?? [];
  if (listed.length === 0) throw invalidRequest("You must specify at least one part");
  let before = 0;
  const parts = listed.map((entry) => {
    const number = entry.PartNumber ?? 0;
    if (number <= before) throw s3Errors.invalidPartOrder({ UploadId: input.UploadId });
    before = number;
    const part = uploaded.get(number);
    const etag = unquoted(entry.ETag);
    const sum = givenChecksum(entry);
    if (upload.checksumType === "COMPOSITE" && upload.checksumAlgorithm && sum === undefined)
      throw invalidRequest(
        `The upload was created using a ${upload.checksumAlgorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    if (!part || part.etag !== etag || (sum !== undefined && sum !== part.checksum.value))
      throw s3Errors.invalidPart({ UploadId: input.UploadId, PartNumber: number, ETag: etag });
    return part;
  });
  for (const part of parts.slice(0, -1))
    if (part.size < MIN_PART_SIZE)
      throw s3Errors.entityTooSmall({
        ProposedSize: part.size,
        MinSizeAllowed: MIN_PART_SIZE,
        PartNumber: part.number,
        ETag: part.etag,
      });
  return parts;
}

const wholeChecksum = (upload: Upload, input: Request): Expected => {
  if (upload.checksumType === "COMPOSITE" || upload.checksumAlgorithm === undefined)
    return { name: "CRC64NVME" };
  return { ...expectedChecksum(input), name: upload.checksumAlgorithm };
};

function finalChecksum(upload: Upload, parts: readonly Part[], whole: Checksum, input: Request): Checksum {
  if (upload.checksumAlgorithm === undefined || upload.checksumType !== "COMPOSITE") return whole;
  const checksum = composite(
    upload.checksumAlgorithm,
    parts.map((part) => part.checksum),
  );
  const given = givenChecksum(input);
  if (given !== undefined && given !== checksum.value && given !== checksum.value.replace(/-\d+$/, ""))
    throw badChecksum(checksum.algorithm);
  return checksum;
}

function checkChecksumType({ checksumAlgorithm, checksumType }: Upload, given: string | undefined): void {
  const created = checksumAlgorithm && checksumType;
  if (given !== undefined && given !== created)
    throw invalidRequest(
      `The upload was created using the ${created ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
    );
}

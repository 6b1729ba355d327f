import { createHash } from "node:crypto";
import { AwsError } from "../../../errors";
import type { Input } from "../../../models";
import { type Body, concatenation, writeBody } from "../body";
import type { Bucket, OpenUpload } from "../bucket";
import { checksumMembers, composite, type Expected, givenChecksum } from "../checksums";
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
    const elsewhere = checkDecrypt(
      store,
      call.caller,
      { bucket: bucket.name, key: upload.key },
      upload.encryption,
    );
    if (elsewhere) await elsewhere;
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size)
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
      );
    checkCondition(bucket, open, input);
    const release = bucket.files.hold();
    const file = bucket.files.nameFor(upload.key);
    try {
      const paths = parts.map((part) => bucket.files.path(part.file));
      const whole = await writeBody(bucket.files.path(file), concatenation(paths) as unknown as Body, {
        checksum: wholeChecksum(upload),
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
        ...(upload.checksumAlgorithm && { partChecksums: parts.map((part) => part.checksum.value) }),
        headers: upload.headers,
        metadata: upload.metadata,
        storageClass: upload.storageClass,
        encryption: upload.encryption,
        tags: upload.tags,
      };
      findUpload(bucket, input.Key, input.UploadId);
      checkCondition(bucket, open, input);
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

/**
 * A write or a deletion of the key while the upload was open conflicts with a condition that holds otherwise (recorded by
 * LocalStack's tests of preconditions).
 */
function checkCondition(
  bucket: Bucket,
  { upload, keyChanged }: OpenUpload,
  { IfMatch, IfNoneMatch }: Request,
) {
  checkWrite(upload.key, bucket.current(upload.key), IfMatch, IfNoneMatch);
  if (keyChanged && (IfMatch !== undefined || IfNoneMatch !== undefined))
    throw new AwsError(
      "ConditionalRequestConflict",
      "The conditional request cannot succeed due to a conflicting operation against this resource.",
      409,
      { Condition: IfMatch === undefined ? "If-None-Match" : "If-Match", Key: upload.key },
    );
}

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
  const listed = input.MultipartUpload?.Parts ?? [];
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
    // Without an algorithm of the upload, S3 keeps no checksum of its parts.
    const sameSum =
      sum === undefined || (upload.checksumAlgorithm !== undefined && sum === part?.checksum.value);
    if (!part || part.etag !== etag || !sameSum)
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

const wholeChecksum = ({ checksumAlgorithm, checksumType }: Upload): Expected => ({
  name: checksumType === "COMPOSITE" ? "CRC64NVME" : (checksumAlgorithm ?? "CRC64NVME"),
});

/** Checks the given checksum and returns the object's. S3's message has the algorithm in small letters here. */
function finalChecksum(upload: Upload, parts: readonly Part[], whole: Checksum, input: Request): Checksum {
  const given = givenChecksum(input);
  if (upload.checksumAlgorithm === undefined) return whole;
  if (upload.checksumType !== "COMPOSITE") {
    // Only a request that names the type is about the whole object (recorded by LocalStack's
    // test_multipart_parts_checksum_exceptions_full_object).
    if (given !== undefined && (input.ChecksumType === undefined || given !== whole.value))
      throw badChecksum(upload.checksumAlgorithm.toLowerCase());
    return whole;
  }
  const checksum = composite(
    upload.checksumAlgorithm,
    parts.map((part) => part.checksum),
  );
  if (given !== undefined && given !== checksum.value && given !== checksum.value.replace(/-\d+$/, ""))
    throw badChecksum(checksum.algorithm.toLowerCase());
  return checksum;
}

function checkChecksumType({ checksumAlgorithm, checksumType }: Upload, given: string | undefined): void {
  const created = checksumAlgorithm && checksumType;
  if (given !== undefined && given !== created)
    throw invalidRequest(
      `The upload was created using the ${created ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
    );
}

import { createHash } from "node:crypto";
import type { Input } from "../../../models";
import { type Body, concatenation, writeBody } from "../body";
import { checksumMembers, composite, type Expected, expectedChecksum, givenChecksum } from "../checksums";
import { checkWrite } from "../conditions";
import { encryptionMembers } from "../description";
import { badChecksum, invalidRequest, s3Errors } from "../errors";
import { expirationHeader } from "../lifecycle";
import { type Make, onObject } from "../operation";
import type { Checksum, Part, StoredObject, Upload } from "../records";
import { findUpload } from "./multipart";

const MIN_PART_SIZE = 5 * 2 ** 20;

type Request = Input<"s3", "CompleteMultipartUpload">;

export const completeMultipartUpload: Make<"CompleteMultipartUpload"> = (store) => ({
  ...onObject("s3:PutObject"),
  run: async (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const record = store.record(bucket.name);
    const { upload, parts: uploaded } = findUpload(bucket, input.Key, input.UploadId);
    const parts = chosenParts(input, uploaded);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size)
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
      );
    checkWrite(bucket.current(upload.key), input.IfMatch, input.IfNoneMatch);
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
        etag: `${createHash("md5")
          .update(parts.map((part) => part.etag).join(""), "hex")
          .digest("hex")}-${parts.length}`,
        checksum,
        parts: parts.map((part) => part.size),
        headers: upload.headers,
        metadata: upload.metadata,
        storageClass: upload.storageClass,
        encryption: upload.encryption,
        tags: upload.tags,
      };
      findUpload(bucket, input.Key, input.UploadId);
      checkWrite(bucket.current(upload.key), input.IfMatch, input.IfNoneMatch);
      store.put(bucket, object, "ObjectCreated:CompleteMultipartUpload", upload.id);
      return {
        Location: `${store.cloud.endpoint()}/${bucket.name}/${encodeURIComponent(upload.key)}`,
        Bucket: bucket.name,
        Key: upload.key,
        ETag: `"${object.etag}"`,
        ...checksumMembers(checksum),
        ...encryptionMembers(object),
        ...(record.versioning && { VersionId: object.versionId }),
        ...expirationHeader(object, record),
      };
    } catch (error) {
      bucket.files.discard(file);
      throw error;
    } finally {
      release();
    }
  },
});

/** The parts of the request, checked against the uploaded ones. */
function chosenParts(input: Request, uploaded: ReadonlyMap<number, Part>): Part[] {
  const listed = input.MultipartUpload?.Parts ?? [];
  if (listed.length === 0) throw s3Errors.malformedXml();
  let before = 0;
  const parts = listed.map((entry) => {
    const number = entry.PartNumber ?? 0;
    if (number <= before) throw s3Errors.invalidPartOrder({ UploadId: input.UploadId });
    before = number;
    const part = uploaded.get(number);
    const etag = entry.ETag?.replace(/^"(.*)"$/, "$1");
    const sum = givenChecksum(entry);
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

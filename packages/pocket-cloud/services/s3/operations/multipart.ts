import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type Body, type Written, writeBody } from "../body";
import type { Bucket, OpenUpload } from "../bucket";
import { checksumMembers, checksumName, type Expected, expectedChecksum } from "../checksums";
import { checkCopySource } from "../conditions";
import { parseCopySource } from "../copy-source";
import { checkPartNumber, describe, encryptionMembers, refuseCustomerKey, seconds } from "../description";
import { invalidRequest, s3Errors } from "../errors";
import { checkNotArchived, findObject } from "../find";
import { checkDecrypt, checkPartKey, encrypting } from "../kms";
import { abortHeaders } from "../lifecycle";
import { checkKey, objectArn, ownerOf } from "../names";
import { type Make, onObject, onWrite } from "../operation";
import { parseCopyRange } from "../ranges";
import type { Part, Upload } from "../records";

export const createMultipartUpload: Make<"CreateMultipartUpload"> = (store) => ({
  ...onWrite("s3:PutObject"),
  run: async (input, call) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const record = store.record(bucket.name);
    const algorithm = checksumName(input.ChecksumAlgorithm);
    const type = input.ChecksumType ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
    if (input.ChecksumType !== undefined && algorithm === undefined)
      throw invalidRequest(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      );
    if (algorithm === "CRC64NVME" && type === "COMPOSITE")
      throw invalidRequest(
        "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
      );
    if (algorithm?.startsWith("SHA") && type === "FULL_OBJECT")
      throw invalidRequest(
        `The FULL_OBJECT checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
      );
    const key = checkKey(input.Key);
    const described = describe(input, record);
    const upload: Upload = {
      id: randomBytes(48).toString("base64url"),
      key,
      initiated: store.cloud.clock.now(),
      ...described,
      encryption: await encrypting(store, call.caller, { bucket: bucket.name, key }, described.encryption),
      ...(algorithm && { checksumAlgorithm: algorithm, checksumType: type }),
    };
    bucket.commit({ upload });
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      ...(algorithm && { ChecksumAlgorithm: algorithm, ChecksumType: type }),
      ...encryptionMembers(upload),
      ...abortHeaders(upload, record),
    };
  },
});

export const uploadPart: Make<"UploadPart"> = (store) => ({
  ...onObject("s3:PutObject"),
  run: async (input, call) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    refuseCustomerKey(input);
    const { upload } = findUpload(bucket, input.Key, input.UploadId);
    const elsewhere = checkPartKey(
      store,
      call.caller,
      { bucket: bucket.name, key: upload.key },
      upload.encryption,
    );
    if (elsewhere) await elsewhere;
    const part = await writePart(bucket, upload, input.PartNumber, store.cloud.clock.now(), (path) =>
      writeBody(path, input.Body as Body, {
        checksum: partChecksum(upload, expectedChecksum(input)),
        md5: input.ContentMD5,
        length: input.ContentLength,
      }),
    );
    return { ETag: `"${part.etag}"`, ...partMembers(part), ...encryptionMembers(upload) };
  },
});

export const uploadPartCopy: Make<"UploadPartCopy"> = (store) => ({
  ...onObject("s3:PutObject"),
  run: async (input, call) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const { upload } = findUpload(bucket, input.Key, input.UploadId);
    const source = parseCopySource(input.CopySource);
    store.authorize(call, "s3:GetObject", objectArn(source.Bucket, source.Key));
    const original = findObject(store, source, call);
    checkCopySource(original, input, store.cloud.clock.now());
    checkNotArchived(original);
    const span =
      input.CopySourceRange === undefined ? {} : parseCopyRange(input.CopySourceRange, original.size);
    const reading = checkDecrypt(
      store,
      call.caller,
      { bucket: source.Bucket, key: source.Key },
      original.encryption,
    );
    if (reading) await reading;
    const writing = checkPartKey(
      store,
      call.caller,
      { bucket: bucket.name, key: upload.key },
      upload.encryption,
    );
    if (writing) await writing;
    const from = store.bucket(source.Bucket).files.path(original.file);
    const part = await writePart(bucket, upload, input.PartNumber, store.cloud.clock.now(), (path) =>
      writeBody(path, createReadStream(from, span), {
        checksum: partChecksum(upload, { name: "CRC64NVME" }),
      }),
    );
    return {
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: seconds(part.modified),
        ...(upload.checksumAlgorithm && partMembers(part)),
      },
      ...encryptionMembers(upload),
    };
  },
});

async function writePart(
  bucket: Bucket,
  upload: Upload,
  number: number | undefined,
  modified: number,
  write: (path: string) => Promise<Written>,
): Promise<Part> {
  checkPartNumber(number);
  const file = bucket.files.nameFor(`part-${number}`);
  const { size, etag, checksum } = await write(bucket.files.path(file));
  const part: Part = { number: number ?? 0, file, size, etag, checksum, modified };
  try {
    // The upload may have been completed or aborted while the body arrived.
    findUpload(bucket, upload.key, upload.id);
    bucket.commit({ part, of: upload.id });
  } catch (error) {
    bucket.files.discard(file);
    throw error;
  }
  return part;
}

function partChecksum(upload: Upload, given: Expected): Expected {
  const name = upload.checksumAlgorithm;
  if (name === undefined || name === given.name) return given;
  if (given.value === undefined) return { name };
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${name.toLowerCase()}, actual checksum Type: ${given.name.toLowerCase()}`,
  );
}

function partMembers(part: Part) {
  const { ChecksumType: _, ...members } = checksumMembers(part.checksum);
  return members;
}

export const abortMultipartUpload: Make<"AbortMultipartUpload"> = (store) => ({
  ...onObject("s3:AbortMultipartUpload"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const { upload } = findUpload(bucket, input.Key, input.UploadId);
    bucket.commit({ abort: upload.id });
    return {};
  },
});

export const listParts: Make<"ListParts"> = (store) => ({
  ...onObject("s3:ListMultipartUploadParts"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const { upload, parts } = findUpload(bucket, input.Key, input.UploadId);
    const marker = Number(input.PartNumberMarker ?? 0);
    const limit = Math.min(input.MaxParts ?? 1000, 1000);
    const remaining = [...parts.values()]
      .filter(({ number }) => number > marker)
      .sort((a, b) => a.number - b.number);
    const page = remaining.slice(0, limit);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
      MaxParts: limit,
      IsTruncated: remaining.length > page.length,
      Parts: page.map((part) => ({
        PartNumber: part.number,
        LastModified: seconds(part.modified),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...(upload.checksumAlgorithm && partMembers(part)),
      })),
      ...(upload.checksumAlgorithm && {
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      }),
      Owner: ownerOf(store.cloud),
      Initiator: ownerOf(store.cloud),
      StorageClass: upload.storageClass as "STANDARD",
      ...abortHeaders(upload, store.record(bucket.name)),
    };
  },
});

export function findUpload(bucket: Bucket, key: string | undefined, id: string | undefined): OpenUpload {
  const open = bucket.uploads.get(id ?? "");
  if (!open || open.upload.key !== key) throw s3Errors.noSuchUpload({ UploadId: id });
  return open;
}

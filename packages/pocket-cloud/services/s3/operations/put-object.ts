import { unsupported } from "../../../errors";
import { checkAclForm } from "../acl-input";
import { type Body, writeBody } from "../body";
import { checksumMembers, expectedChecksum } from "../checksums";
import { checkWrite, checkWriteHeaders } from "../conditions";
import { describe, encryptionMembers } from "../description";
import { encrypting } from "../kms";
import { expirationHeader } from "../lifecycle";
import { checkKey } from "../names";
import { type Make, onWrite } from "../operation";
import type { StoredObject } from "../records";

export const putObject: Make<"PutObject"> = (store) => ({
  ...onWrite("s3:PutObject"),
  run: async (input, call) => {
    if (input.WriteOffsetBytes !== undefined)
      throw unsupported("appending to objects (directory buckets only)");
    checkWriteHeaders(input.IfMatch, input.IfNoneMatch);
    checkAclForm(input);
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const key = checkKey(input.Key);
    const record = store.record(bucket.name);
    const described = describe(input, record);
    const encryption = await encrypting(
      store,
      call.caller,
      { bucket: bucket.name, key },
      described.encryption,
    );
    const description = { ...described, encryption };
    const announced = {
      checksum: expectedChecksum(input),
      md5: input.ContentMD5,
      length: input.ContentLength,
    };
    checkWrite(key, bucket.current(key), input.IfMatch, input.IfNoneMatch);
    const file = bucket.files.nameFor(key);
    const { size, etag, checksum } = await writeBody(bucket.files.path(file), input.Body as Body, announced);
    const object: StoredObject = {
      kind: "object",
      key,
      versionId: store.versionId(bucket.name),
      modified: store.cloud.clock.now(),
      file,
      size,
      etag,
      checksum,
      ...description,
    };
    try {
      // Checked again: another write may have completed while the body arrived.
      checkWrite(key, bucket.current(key), input.IfMatch, input.IfNoneMatch);
      store.put(bucket, object, "ObjectCreated:Put");
    } catch (error) {
      bucket.files.discard(file);
      throw error;
    }
    return {
      ETag: `"${etag}"`,
      ...checksumMembers(checksum),
      ...encryptionMembers(object),
      // AWS states no version "null" here, unlike in a copy (recorded by LocalStack's test_put_object_on_suspended_bucket).
      ...(object.versionId !== "null" && { VersionId: object.versionId }),
      ...expirationHeader(object, record),
    };
  },
});

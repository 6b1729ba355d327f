import { constants, copyFileSync, createReadStream, linkSync } from "node:fs";
import { writeBody } from "../body";
import { checksumMembers, checksumName } from "../checksums";
import { checkCopySource, checkWrite, checkWriteHeaders } from "../conditions";
import { parseCopySource } from "../copy-source";
import { describe, encryptionMembers, seconds } from "../description";
import { invalidRequest } from "../errors";
import { checkNotArchived, findObject } from "../find";
import { checkDecrypt, encrypting } from "../kms";
import { expirationHeader } from "../lifecycle";
import { checkKey, objectArn } from "../names";
import { type Make, onWrite } from "../operation";
import type { Description, StoredObject } from "../records";

export const copyObject: Make<"CopyObject"> = (store) => ({
  ...onWrite("s3:PutObject"),
  run: async (input, call) => {
    checkWriteHeaders(input.IfMatch, input.IfNoneMatch);
    const target = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const key = checkKey(input.Key);
    const source = parseCopySource(input.CopySource);
    const action = source.VersionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
    store.authorize(call, action, objectArn(source.Bucket, source.Key));
    const original = findObject(
      store,
      { ...source, ExpectedBucketOwner: input.ExpectedSourceBucketOwner },
      call,
    );
    checkCopySource(original, input, store.cloud.clock.now());
    const record = store.record(target.name);
    const replaces = input.MetadataDirective === "REPLACE";
    const itself = source.Bucket === target.name && source.Key === key && source.VersionId === undefined;
    const requested = describe(input, record);
    if (
      itself &&
      !replaces &&
      // A bucket's own encryption counts as an attribute (recorded by LocalStack's test_copy_in_place_with_bucket_encryption).
      record.configurations.encryption === undefined &&
      requested.encryption.algorithm === original.encryption.algorithm &&
      !input.StorageClass &&
      !input.ServerSideEncryption &&
      !input.WebsiteRedirectLocation
    )
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    checkNotArchived(original);
    const elsewhere = checkDecrypt(
      store,
      call.caller,
      { bucket: source.Bucket, key: source.Key },
      original.encryption,
    );
    if (elsewhere) await elsewhere;
    const encrypted = encrypting(store, call.caller, { bucket: target.name, key }, requested.encryption);
    const description: Description = {
      ...requested,
      encryption: encrypted instanceof Promise ? await encrypted : encrypted,
      ...(!replaces && { headers: copiedHeaders(original, requested), metadata: original.metadata }),
      tags: input.TaggingDirective === "REPLACE" ? requested.tags : original.tags,
    };
    const file = target.files.nameFor(key);
    const path = target.files.path(file);
    const from = store.bucket(source.Bucket).files.path(original.file);
    const algorithm = checksumName(input.ChecksumAlgorithm) ?? original.checksum.algorithm;
    let { etag, checksum } = original;
    // A copy of a multipart object has no parts, so its ETag and checksum are computed.
    if (original.parts || algorithm !== checksum.algorithm)
      ({ etag, checksum } = await writeBody(path, createReadStream(from), { checksum: { name: algorithm } }));
    else share(from, path);
    const copy: StoredObject = {
      kind: "object",
      key,
      versionId: store.versionId(target.name),
      modified: store.cloud.clock.now(),
      file,
      size: original.size,
      etag,
      checksum,
      ...description,
    };
    try {
      checkWrite(key, target.current(key), input.IfMatch, input.IfNoneMatch);
      store.put(target, copy, "ObjectCreated:Copy");
    } catch (error) {
      target.files.discard(file);
      throw error;
    }
    const sourceVersioning = store.record(source.Bucket).versioning;
    return {
      CopyObjectResult: {
        ETag: `"${etag}"`,
        LastModified: seconds(copy.modified),
        ...checksumMembers(checksum),
      },
      ...(record.versioning && { VersionId: copy.versionId }),
      ...(sourceVersioning && original.versionId !== "null" && { CopySourceVersionId: original.versionId }),
      ...encryptionMembers(copy),
      ...expirationHeader(copy, record),
    };
  },
});

/** A copy has the original's headers, but redirects only where its own request says. */
function copiedHeaders({ headers }: Description, requested: Description): Description["headers"] {
  const { WebsiteRedirectLocation: _, ...copied } = headers;
  const { WebsiteRedirectLocation } = requested.headers;
  return { ...copied, ...(WebsiteRedirectLocation !== undefined && { WebsiteRedirectLocation }) };
}

/** Files never change, so a hard link serves as the copy. */
function share(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}

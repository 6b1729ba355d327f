import { checksumMembers } from "../checksums";
import { seconds } from "../description";
import { s3Errors } from "../errors";
import { findObject } from "../find";
import { type Make, onObject } from "../operation";

export const getObjectAttributes: Make<"GetObjectAttributes"> = (store) => ({
  ...onObject("s3:GetObjectAttributes"),
  run: (input, call) => {
    const wanted = new Set<string>(input.ObjectAttributes ?? []);
    if (wanted.size === 0) throw s3Errors.malformedXml();
    const object = findObject(store, input, call);
    const marker = Number(input.PartNumberMarker ?? 0);
    const limit = Math.min(input.MaxParts ?? 1000, 1000);
    const parts = object.parts?.map((Size, index) => ({ PartNumber: index + 1, Size }));
    const page = parts?.slice(marker, marker + limit) ?? [];
    return {
      LastModified: seconds(object.modified),
      ...(store.record(input.Bucket ?? "").versioning && { VersionId: object.versionId }),
      ...(wanted.has("ETag") && { ETag: object.etag }),
      ...(wanted.has("Checksum") && { Checksum: checksumMembers(object.checksum) }),
      ...(wanted.has("StorageClass") && { StorageClass: object.storageClass as "STANDARD" }),
      ...(wanted.has("ObjectSize") && { ObjectSize: object.size }),
      ...(wanted.has("ObjectParts") &&
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

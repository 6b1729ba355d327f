import { seconds } from "../description";
import { invalidArgument } from "../errors";
import { compareKeys } from "../keys";
import { checkEncodingType, commonPrefix, encodeKey } from "../listing";
import { ownerOf } from "../names";
import { type Make, onListing } from "../operation";
import type { Upload } from "../records";

export const listMultipartUploads: Make<"ListMultipartUploads"> = (store) => ({
  ...onListing("s3:ListBucketMultipartUploads"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    checkEncodingType(input.EncodingType);
    const { Prefix = "", Delimiter = "", KeyMarker = "", EncodingType } = input;
    // S3 ignores an upload's ID without a key.
    const UploadIdMarker = KeyMarker === "" ? undefined : input.UploadIdMarker;
    if (UploadIdMarker !== undefined && bucket.uploads.get(UploadIdMarker)?.upload.key !== KeyMarker)
      throw invalidArgument("Invalid uploadId marker", "upload-id-marker", UploadIdMarker);
    const limit = Math.min(input.MaxUploads ?? 1000, 1000);
    const all = [...bucket.uploads.values()].map(({ upload }) => upload).sort(inOrder);
    const uploads: Upload[] = [];
    const prefixes: string[] = [];
    let truncated = false;
    for (const upload of afterMarker(all, KeyMarker, UploadIdMarker)) {
      if (!upload.key.startsWith(Prefix)) continue;
      const common = commonPrefix(upload.key, Prefix, Delimiter);
      if (common !== undefined && (common === prefixes.at(-1) || KeyMarker.startsWith(common))) continue;
      truncated = limit > 0 && uploads.length + prefixes.length >= limit;
      if (truncated || limit === 0) break;
      if (common === undefined) uploads.push(upload);
      else prefixes.push(common);
    }
    const last = uploads.at(-1);
    const owner = ownerOf(store.cloud);
    return {
      Bucket: bucket.name,
      KeyMarker: encodeKey(KeyMarker, EncodingType),
      UploadIdMarker: UploadIdMarker ?? "",
      ...(Prefix !== "" && { Prefix: encodeKey(Prefix, EncodingType) }),
      ...(Delimiter !== "" && { Delimiter: encodeKey(Delimiter, EncodingType) }),
      ...(EncodingType !== undefined && { EncodingType }),
      MaxUploads: limit,
      IsTruncated: truncated,
      // AWS states the last upload on every page, and nothing when the page has only common prefixes (recorded by
      // LocalStack's tests test_list_multiparts_next_marker, test_list_multipart_uploads_marker_common_prefixes).
      NextKeyMarker: encodeKey(last?.key ?? "", EncodingType),
      NextUploadIdMarker: last?.id ?? "",
      Uploads: uploads.map((upload) => ({
        Key: encodeKey(upload.key, EncodingType),
        UploadId: upload.id,
        Initiated: seconds(upload.initiated),
        StorageClass: upload.storageClass as "STANDARD",
        Owner: owner,
        Initiator: owner,
        ...(upload.checksumAlgorithm && {
          ChecksumAlgorithm: upload.checksumAlgorithm,
          ChecksumType: upload.checksumType,
        }),
      })),
      ...(prefixes.length > 0 && {
        CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encodeKey(prefix, EncodingType) })),
      }),
    };
  },
});

const inOrder = (a: Upload, b: Upload): number =>
  compareKeys(a.key, b.key) || a.initiated - b.initiated || compareKeys(a.id, b.id);

function afterMarker(
  sorted: readonly Upload[],
  keyMarker: string,
  idMarker: string | undefined,
): readonly Upload[] {
  if (keyMarker === "") return sorted;
  const marked = sorted.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  return marked >= 0 ? sorted.slice(marked + 1) : sorted.filter(({ key }) => compareKeys(key, keyMarker) > 0);
}

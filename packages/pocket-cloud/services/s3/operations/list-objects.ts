import type { Bucket } from "../bucket";
import { seconds } from "../description";
import { invalidArgument } from "../errors";
import { checkEncodingType, commonPrefix, encodeKey, type ListPage, list } from "../listing";
import { ownerOf } from "../names";
import { type Make, onListing } from "../operation";
import type { StoredObject } from "../records";

const MAX_KEYS = 1000;

export const listObjectsV2: Make<"ListObjectsV2"> = (store) => ({
  ...onListing("s3:ListBucket"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    checkEncodingType(input.EncodingType);
    const { Prefix = "", Delimiter = "", EncodingType, ContinuationToken, StartAfter } = input;
    const limit = limitOf(input.MaxKeys);
    const after = ContinuationToken === undefined ? StartAfter : readToken(ContinuationToken);
    const page = list(bucket.keys, { prefix: Prefix, delimiter: Delimiter, limit, after }, visibleIn(bucket));
    const owner = input.FetchOwner ? { Owner: ownerOf(store.cloud) } : {};
    return {
      BucketRegion: store.record(bucket.name).region,
      Name: bucket.name,
      Prefix: encodeKey(Prefix, EncodingType),
      ...(Delimiter !== "" && { Delimiter: encodeKey(Delimiter, EncodingType) }),
      ...(StartAfter !== undefined &&
        ContinuationToken === undefined && { StartAfter: encodeKey(StartAfter, EncodingType) }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(page.next !== undefined && { NextContinuationToken: writeToken(page.next) }),
      ...(EncodingType !== undefined && { EncodingType }),
      MaxKeys: limit,
      KeyCount: page.keys.length + page.prefixes.length,
      IsTruncated: page.next !== undefined,
      ...entries(bucket, page, EncodingType, owner),
    };
  },
});

export const listObjects: Make<"ListObjects"> = (store) => ({
  ...onListing("s3:ListBucket"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    checkEncodingType(input.EncodingType);
    const { Prefix = "", Delimiter = "", Marker = "", EncodingType } = input;
    const limit = limitOf(input.MaxKeys);
    // A marker below a common prefix stands behind it, unlike StartAfter.
    const after = Marker === "" ? undefined : (commonPrefix(Marker, Prefix, Delimiter) ?? Marker);
    const page = list(bucket.keys, { prefix: Prefix, delimiter: Delimiter, limit, after }, visibleIn(bucket));
    return {
      BucketRegion: store.record(bucket.name).region,
      Name: bucket.name,
      Prefix: encodeKey(Prefix, EncodingType),
      Marker: encodeKey(Marker, EncodingType),
      ...(Delimiter !== "" && { Delimiter: encodeKey(Delimiter, EncodingType) }),
      // Without a delimiter clients continue from the last key.
      ...(page.next !== undefined && Delimiter !== "" && { NextMarker: encodeKey(page.next, EncodingType) }),
      ...(EncodingType !== undefined && { EncodingType }),
      MaxKeys: limit,
      IsTruncated: page.next !== undefined,
      ...entries(bucket, page, EncodingType, { Owner: ownerOf(store.cloud) }),
    };
  },
});

const visibleIn = (bucket: Bucket) => (key: string) => bucket.current(key) !== undefined;

function entries(bucket: Bucket, page: ListPage, encoding: string | undefined, owner: object) {
  const objects = page.keys.map((key) => bucket.current(key)).filter((object) => object !== undefined);
  return {
    ...(objects.length > 0 && {
      Contents: objects.map((object) => ({ ...entry(object, encoding), ...owner })),
    }),
    ...(page.prefixes.length > 0 && {
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encodeKey(prefix, encoding) })),
    }),
  };
}

const entry = (object: StoredObject, encoding: string | undefined) => ({
  Key: encodeKey(object.key, encoding),
  LastModified: seconds(object.modified),
  ETag: `"${object.etag}"`,
  ChecksumAlgorithm: [object.checksum.algorithm],
  ChecksumType: object.checksum.type,
  Size: object.size,
  StorageClass: object.storageClass as "STANDARD",
});

export function limitOf(given: number | undefined): number {
  if (given !== undefined && (given < 0 || given > 2 ** 31 - 1))
    throw invalidArgument(
      "Argument maxKeys must be an integer between 0 and 2147483647",
      "maxKeys",
      String(given),
    );
  return Math.min(given ?? MAX_KEYS, MAX_KEYS);
}

const writeToken = (last: string): string => Buffer.from(last).toString("base64");

function readToken(token: string): string {
  const last = Buffer.from(token, "base64").toString();
  if (last === "" || writeToken(last) !== token)
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
  return last;
}

import type { Bucket } from "../bucket";
import { seconds } from "../description";
import { invalidArgument } from "../errors";
import { compareKeys } from "../keys";
import { checkEncodingType, commonPrefix, encodeKey } from "../listing";
import { ownerOf } from "../names";
import { type Make, onListing } from "../operation";
import type { Version } from "../records";
import { limitOf } from "./list-objects";

interface Line {
  readonly version: Version;
  readonly latest: boolean;
}

export const listObjectVersions: Make<"ListObjectVersions"> = (store) => ({
  ...onListing("s3:ListBucketVersions"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    checkEncodingType(input.EncodingType);
    const { Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker, EncodingType } = input;
    if (VersionIdMarker !== undefined && KeyMarker === "")
      throw invalidArgument(
        "A version-id marker cannot be specified without a key marker.",
        "version-id-marker",
        VersionIdMarker,
      );
    const limit = limitOf(input.MaxKeys);
    const lines: Line[] = [];
    const prefixes: string[] = [];
    let last: { key: string; versionId?: string } | undefined;
    let truncated = false;
    for (const entry of walk(bucket, Prefix, Delimiter, KeyMarker, VersionIdMarker)) {
      if (lines.length + prefixes.length >= limit) {
        truncated = limit > 0;
        break;
      }
      if (typeof entry === "string") prefixes.push(entry);
      else lines.push(entry);
      last =
        typeof entry === "string"
          ? { key: entry }
          : { key: entry.version.key, versionId: entry.version.versionId };
    }
    const owner = ownerOf(store.cloud);
    const described = (kind: Version["kind"]) =>
      lines.filter(({ version }) => version.kind === kind).map((line) => row(line, owner, EncodingType));
    return {
      Name: bucket.name,
      Prefix: encodeKey(Prefix, EncodingType),
      KeyMarker: encodeKey(KeyMarker, EncodingType),
      VersionIdMarker: VersionIdMarker ?? "",
      ...(Delimiter !== "" && { Delimiter: encodeKey(Delimiter, EncodingType) }),
      ...(EncodingType !== undefined && { EncodingType }),
      MaxKeys: limit,
      IsTruncated: truncated,
      ...(truncated && last && { NextKeyMarker: encodeKey(last.key, EncodingType) }),
      ...(truncated && last?.versionId !== undefined && { NextVersionIdMarker: last.versionId }),
      ...(lines.length > 0 && { Versions: described("object"), DeleteMarkers: described("marker") }),
      ...(prefixes.length > 0 && {
        CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encodeKey(prefix, EncodingType) })),
      }),
    };
  },
});

/** Versions by key, newest first within a key, and common prefixes, after the marker. */
function* walk(
  bucket: Bucket,
  prefix: string,
  delimiter: string,
  keyMarker: string,
  versionMarker?: string,
): Iterable<Line | string> {
  let at = bucket.keys.from(compareKeys(keyMarker, prefix) > 0 ? keyMarker : prefix);
  for (let key = bucket.keys.at(at); key?.startsWith(prefix); key = bucket.keys.at(at)) {
    const common = commonPrefix(key, prefix, delimiter);
    if (common !== undefined) {
      // A marker below a common prefix stands behind it.
      if (!keyMarker.startsWith(common)) yield common;
      at = bucket.keys.past(common);
      continue;
    }
    const versions = bucket.versions(key);
    const skipped = key !== keyMarker || keyMarker === "" ? 0 : skipTo(versions, versionMarker);
    for (let i = skipped; i < versions.length; i++)
      yield { version: versions[i] as Version, latest: i === 0 };
    at++;
  }
}

function skipTo(versions: readonly Version[], marker: string | undefined): number {
  const at = marker === undefined ? -1 : versions.findIndex(({ versionId }) => versionId === marker);
  return at < 0 ? versions.length : at + 1;
}

const row = ({ version, latest }: Line, owner: object, encoding: string | undefined) => ({
  Key: encodeKey(version.key, encoding),
  VersionId: version.versionId,
  IsLatest: latest,
  LastModified: seconds(version.modified),
  Owner: owner,
  ...(version.kind === "object" && {
    ETag: `"${version.etag}"`,
    Size: version.size,
    StorageClass: version.storageClass as "STANDARD",
    ChecksumAlgorithm: [version.checksum.algorithm],
    ChecksumType: version.checksum.type,
  }),
});

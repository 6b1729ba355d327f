import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import type { Bucket } from "../bucket";
import { checkWrite } from "../conditions";
import { invalidArgument, s3Errors } from "../errors";
import { checkKey, checkVersionId, objectArn } from "../names";
import { type Make, onBucket, onObject } from "../operation";
import type { S3Store } from "../store";

export interface Deleted {
  readonly DeleteMarker?: boolean;
  readonly VersionId?: string;
}

export const deleteObject: Make<"DeleteObject"> = (store) => ({
  ...onObject("s3:DeleteObject"),
  run: (input, call) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const key = checkKey(input.Key);
    refuseBypass(input.BypassGovernanceRetention);
    if (input.IfMatch !== undefined) checkWrite(key, bucket.current(key), input.IfMatch, undefined);
    if (input.VersionId !== undefined) {
      checkVersionId(store.record(bucket.name), input.VersionId, bucket.versions(key));
      store.authorize(call, "s3:DeleteObjectVersion", objectArn(bucket.name, key));
    }
    return remove(store, bucket, key, input.VersionId);
  },
});

export const deleteObjects: Make<"DeleteObjects"> = (store) => ({
  ...onBucket("s3:DeleteObject"),
  // Authorized per key below; a refused key does not affect the others.
  actions: [],
  run: (input, call) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    refuseBypass(input.BypassGovernanceRetention);
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > 1000) throw s3Errors.malformedXml();
    const deleted: object[] = [];
    const errors: object[] = [];
    for (const { Key, VersionId, ETag } of objects) {
      const named = { Key, ...(VersionId !== undefined && { VersionId }) };
      try {
        const key = checkKey(Key);
        authorizeDelete(store, call, bucket.name, key, VersionId);
        // Unlike DeleteObject, the batch lists such a version (recorded by LocalStack's test_delete_objects_versioned).
        if (
          VersionId !== undefined &&
          !bucket.versions(key).some((version) => version.versionId === VersionId)
        )
          throw s3Errors.noSuchVersion();
        if (ETag !== undefined) checkWrite(key, bucket.current(key), ETag, undefined);
        const { DeleteMarker, VersionId: marker } = remove(store, bucket, key, VersionId);
        deleted.push({ ...named, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: marker }) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const refused = error.status === 403;
        errors.push({ ...named, Code: refused ? "AccessDenied" : error.code, Message: error.message });
      }
    }
    return {
      ...(!input.Delete?.Quiet && deleted.length > 0 && { Deleted: deleted }),
      ...(errors.length > 0 && { Errors: errors }),
    };
  },
});

function refuseBypass(bypass: boolean | undefined): void {
  if (bypass !== undefined)
    throw invalidArgument(
      "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
      "x-amz-bypass-governance-retention",
    );
}

const authorizeDelete = (
  store: S3Store,
  call: Call,
  bucket: string,
  key: string,
  versionId: string | undefined,
): void =>
  store.authorize(
    call,
    versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
    objectArn(bucket, key),
  );

/** Deletes a version permanently, or adds a delete marker in a versioned bucket. */
export function remove(
  store: S3Store,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  reason: "ObjectRemoved" | "LifecycleExpiration" = "ObjectRemoved",
): Deleted {
  const versions = bucket.versions(key);
  const unversioned = store.record(bucket.name).versioning === undefined;
  if (versionId !== undefined || unversioned) {
    const found = versions.find((version) => version.versionId === (versionId ?? "null"));
    if (found) store.remove(bucket, found, `${reason}:Delete`);
    if (versionId === undefined) return {};
    return { VersionId: versionId, ...(found?.kind === "marker" && { DeleteMarker: true }) };
  }
  const marker = store.versionId(bucket.name);
  const modified = store.cloud.clock.now();
  store.put(bucket, { kind: "marker", key, versionId: marker, modified }, `${reason}:DeleteMarkerCreated`);
  return { DeleteMarker: true, VersionId: marker };
}

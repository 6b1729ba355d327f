import { AwsError } from "../../errors";
import type { Call } from "../../service";
import { s3Errors } from "./errors";
import { bucketArn, checkKey } from "./names";
import type { StoredObject, Version } from "./records";
import type { S3Store } from "./store";

interface Wanted {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The object a request names, or the error S3 has for its absence. */
export function findObject(store: S3Store, wanted: Wanted, call: Call): StoredObject {
  const bucket = store.bucket(wanted.Bucket, wanted.ExpectedBucketOwner);
  const key = checkKey(wanted.Key);
  const versions = bucket.versions(key);
  const found =
    wanted.VersionId === undefined
      ? versions[0]
      : versions.find(({ versionId }) => versionId === wanted.VersionId);
  if (found?.kind === "object") return found;
  if (found && wanted.VersionId !== undefined)
    throw s3Errors.methodNotAllowed({ Method: "GET", ...markerDetails(found) });
  mayKnowOfAbsence(store, bucket.name, call);
  if (wanted.VersionId !== undefined) throw s3Errors.noSuchVersion({ Key: key, VersionId: wanted.VersionId });
  throw s3Errors.noSuchKey({ Key: key, ...(found && markerDetails(found)) });
}

const markerDetails = (marker: Version) => ({ DeleteMarker: true, VersionId: marker.versionId });

/** Who may not list a bucket does not learn either that a key is missing in it. */
function mayKnowOfAbsence(store: S3Store, bucket: string, call: Call): void {
  try {
    store.authorize(call, "s3:ListBucket", bucketArn(bucket));
  } catch (error) {
    if (error instanceof AwsError && error.status === 403) throw s3Errors.accessDenied();
    throw error;
  }
}

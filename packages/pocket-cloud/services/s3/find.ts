import { AwsError } from "../../errors";
import type { Call } from "../../service";
import { s3Errors } from "./errors";
import { bucketArn, checkKey } from "./names";
import type { StoredObject, Version } from "./records";
import type { S3Store } from "./store";

interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The object of a request. Throws S3's error when there is none. */
export function findObject(store: S3Store, input: ObjectInput, call: Call): StoredObject {
  const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
  const key = checkKey(input.Key);
  const versions = bucket.versions(key);
  const found =
    input.VersionId === undefined
      ? versions[0]
      : versions.find(({ versionId }) => versionId === input.VersionId);
  if (found?.kind === "object") return found;
  if (found && input.VersionId !== undefined)
    throw s3Errors.methodNotAllowed({ Method: "GET", ...markerDetails(found) });
  checkListAccess(store, bucket.name, call);
  if (input.VersionId !== undefined) throw s3Errors.noSuchVersion({ Key: key, VersionId: input.VersionId });
  throw s3Errors.noSuchKey({ Key: key, ...(found && markerDetails(found)) });
}

const markerDetails = (marker: Version) => ({ DeleteMarker: true, VersionId: marker.versionId });

/** Answers AccessDenied instead of NoSuchKey to callers that may not list the bucket. */
function checkListAccess(store: S3Store, bucket: string, call: Call): void {
  try {
    store.authorize(call, "s3:ListBucket", bucketArn(bucket));
  } catch (error) {
    if (error instanceof AwsError && error.status === 403) throw s3Errors.accessDenied();
    throw error;
  }
}

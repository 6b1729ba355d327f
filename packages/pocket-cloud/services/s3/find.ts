import { AwsError } from "../../errors";
import type { Call } from "../../service";
import { s3Errors } from "./errors";
import { bucketArn, checkKey, checkVersionId } from "./names";
import type { StoredObject } from "./records";
import type { S3Store } from "./store";

interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * The object of a request. Throws S3's error when there is none. Operations that give their method are not allowed on delete
 * markers; the others do not find the key then (recorded by LocalStack's test_object_tagging_versioned).
 */
export function findObject(store: S3Store, input: ObjectInput, call: Call, method?: string): StoredObject {
  const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
  const key = checkKey(input.Key);
  const versions = bucket.versions(key);
  if (input.VersionId !== undefined) checkVersionId(store.record(bucket.name), input.VersionId, versions);
  const found =
    input.VersionId === undefined
      ? versions[0]
      : versions.find(({ versionId }) => versionId === input.VersionId);
  if (found?.kind === "object") return found;
  // S3 user guide, "Working with delete markers": both answers say so in a header.
  const headers = found && { "x-amz-delete-marker": "true", "x-amz-version-id": found.versionId };
  if (found && (input.VersionId !== undefined || method !== undefined))
    throw s3Errors.methodNotAllowed({
      headers: { ...headers, allow: "DELETE" },
      Method: method ?? "GET",
      ResourceType: "DeleteMarker",
    });
  checkListAccess(store, bucket.name, call);
  if (input.VersionId !== undefined) throw s3Errors.noSuchVersion({ Key: key, VersionId: input.VersionId });
  throw s3Errors.noSuchKey({ Key: key, ...(headers && { headers }) });
}

/** Answers AccessDenied instead of NoSuchKey to callers that may not list the bucket. */
function checkListAccess(store: S3Store, bucket: string, call: Call): void {
  try {
    store.authorize(call, "s3:ListBucket", bucketArn(bucket));
  } catch (error) {
    if (error instanceof AwsError && error.status === 403) throw s3Errors.accessDenied();
    throw error;
  }
}

/** Objects of these classes must be restored before they are read. */
const ARCHIVED: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];

export function checkNotArchived({ storageClass }: StoredObject): void {
  if (ARCHIVED.includes(storageClass))
    throw new AwsError(
      "InvalidObjectState",
      "The operation is not valid for the object's storage class",
      403,
      { StorageClass: storageClass },
    );
}

import type { Grant, OwnershipControls } from "@aws-sdk/client-s3";
import { unsupported } from "../../../errors";
import { type AclInput, checkAclInput, grantHeaders } from "../acl-input";
import { s3Errors } from "../errors";
import { findObject } from "../find";
import { ownerOf } from "../names";
import { type Make, onBucket, onObject } from "../operation";
import type { S3Store } from "../store";

/** The only supported access control list: full control for the owner. */
const ownersOnly = (store: S3Store) => {
  const owner = ownerOf(store.cloud);
  const grants: Grant[] = [{ Grantee: { ID: owner.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }];
  return { Owner: owner, Grants: grants };
};

export const getBucketAcl: Make<"GetBucketAcl"> = (store) => ({
  ...onBucket("s3:GetBucketAcl"),
  run: (input) => {
    store.bucket(input.Bucket, input.ExpectedBucketOwner);
    return ownersOnly(store);
  },
});

export const putBucketAcl: Make<"PutBucketAcl"> = (store) => ({
  ...onBucket("s3:PutBucketAcl"),
  run: (input) => {
    acceptAcl(store, input);
    return {};
  },
});

export const getObjectAcl: Make<"GetObjectAcl"> = (store) => ({
  ...onObject("s3:GetObjectAcl"),
  run: (input, call) => {
    findObject(store, input, call);
    return ownersOnly(store);
  },
});

export const putObjectAcl: Make<"PutObjectAcl"> = (store) => ({
  ...onObject("s3:PutObjectAcl"),
  run: (input, call) => {
    findObject(store, input, call, "PUT");
    acceptAcl(store, input);
    return {};
  },
});

interface BucketAclInput extends AclInput {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Accepts lists that grant only the owner; refuses others, as AWS does when bucket ownership is enforced. */
function acceptAcl(store: S3Store, input: BucketAclInput): void {
  const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
  const owner = ownerOf(store.cloud).ID;
  const grants = input.AccessControlPolicy?.Grants ?? [];
  checkAclInput(input);
  const ownerOnly =
    grantHeaders(input).length === 0 &&
    [undefined, "private", "bucket-owner-full-control"].includes(input.ACL) &&
    grants.every(({ Grantee, Permission }) => Grantee?.ID === owner && Permission === "FULL_CONTROL");
  if (ownerOnly) return;
  const ownership = store.record(bucket.name).configurations.ownershipControls as
    | OwnershipControls
    | undefined;
  if (ownership?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced") throw s3Errors.aclNotSupported();
  throw unsupported("access control lists other than private; use a bucket policy");
}

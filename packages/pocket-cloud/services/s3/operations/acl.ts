import type { Grant, OwnershipControls } from "@aws-sdk/client-s3";
import { AwsError, unsupported } from "../../../errors";
import { invalidArgument, invalidRequest, s3Errors } from "../errors";
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

interface AclInput {
  readonly Bucket: string | undefined;
  readonly ACL?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
  readonly AccessControlPolicy?: { readonly Grants?: readonly Grant[] | undefined } | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** Accepts lists that grant only the owner; refuses others, as AWS does when bucket ownership is enforced. */
function acceptAcl(store: S3Store, input: AclInput): void {
  const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
  const owner = ownerOf(store.cloud).ID;
  const grants = input.AccessControlPolicy?.Grants ?? [];
  const granted =
    input.GrantFullControl ??
    input.GrantRead ??
    input.GrantReadACP ??
    input.GrantWrite ??
    input.GrantWriteACP;
  checkAclInput(input, granted);
  const ownerOnly =
    granted === undefined &&
    [undefined, "private", "bucket-owner-full-control"].includes(input.ACL) &&
    grants.every(({ Grantee, Permission }) => Grantee?.ID === owner && Permission === "FULL_CONTROL");
  if (ownerOnly) return;
  const ownership = store.record(bucket.name).configurations.ownershipControls as
    | OwnershipControls
    | undefined;
  if (ownership?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced") throw s3Errors.aclNotSupported();
  throw unsupported("access control lists other than private; use a bucket policy");
}

const CANNED: readonly string[] = [
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
  "log-delivery-write",
];

/** As recorded by LocalStack's test_s3_bucket_acl_exceptions. */
function checkAclInput({ ACL, AccessControlPolicy }: AclInput, granted: string | undefined): void {
  if (ACL !== undefined && !CANNED.includes(ACL)) throw invalidArgument("", "x-amz-acl", ACL);
  if (ACL !== undefined && granted !== undefined)
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  if (ACL !== undefined && AccessControlPolicy)
    throw new AwsError("UnexpectedContent", "This request does not support content");
  if (ACL === undefined && granted === undefined && !AccessControlPolicy)
    throw new AwsError("MissingSecurityHeader", "Your request was missing a required header", 400, {
      MissingHeaderName: "x-amz-acl",
    });
}

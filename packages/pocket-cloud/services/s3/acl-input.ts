import type { Grant, Owner } from "@aws-sdk/client-s3";
import { AwsError } from "../../errors";
import { invalidArgument, invalidRequest } from "./errors";

/** The members of requests that set an access control list. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly AccessControlPolicy?:
    | { readonly Grants?: readonly Grant[] | undefined; readonly Owner?: Owner | undefined }
    | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
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

const GRANT_HEADERS = {
  GrantFullControl: "x-amz-grant-full-control",
  GrantRead: "x-amz-grant-read",
  GrantReadACP: "x-amz-grant-read-acp",
  GrantWrite: "x-amz-grant-write",
  GrantWriteACP: "x-amz-grant-write-acp",
} as const;

const PERMISSIONS: readonly string[] = ["FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP"];

/** The predefined groups (S3 user guide, "Access control list (ACL) overview"). */
const GROUPS: readonly string[] = ["global/AllUsers", "global/AuthenticatedUsers", "s3/LogDelivery"].map(
  (name) => `http://acs.amazonaws.com/groups/${name}`,
);

const CANONICAL_ID = /^[0-9a-f]{64}$/;

/** The header grants that a request has. */
export const grantHeaders = (input: AclInput): string[] =>
  (Object.keys(GRANT_HEADERS) as (keyof typeof GRANT_HEADERS)[]).flatMap((name) => input[name] ?? []);

/** Checks the form of an access control list, as recorded by LocalStack's tests test_s3_bucket_acl_exceptions. */
export function checkAclForm(input: AclInput): void {
  const { ACL, AccessControlPolicy: policy } = input;
  if (ACL !== undefined && !CANNED.includes(ACL)) throw invalidArgument("", "x-amz-acl", ACL);
  const granted = grantHeaders(input).length > 0;
  if (ACL !== undefined && granted)
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  if (ACL !== undefined && policy)
    throw new AwsError("UnexpectedContent", "This request does not support content");
  for (const [member, header] of Object.entries(GRANT_HEADERS))
    checkHeader(header, input[member as keyof typeof GRANT_HEADERS]);
  if (policy) checkPolicy(policy);
}

/** Like checkAclForm, and refuses a request without any list. */
export function checkAclInput(input: AclInput): void {
  checkAclForm(input);
  if (input.ACL === undefined && !input.AccessControlPolicy && grantHeaders(input).length === 0)
    throw new AwsError("MissingSecurityHeader", "Your request was missing a required header", 400, {
      MissingHeaderName: "x-amz-acl",
    });
}

/** Grantees such as `id="…", uri="…"`. */
function checkHeader(header: string, value: string | undefined): void {
  if (value === undefined) return;
  for (const grantee of value.split(",")) {
    const [, name = "", text = ""] = /^\s*(\w+)\s*=\s*"?([^"]*)"?\s*$/.exec(grantee) ?? [];
    if (name === "uri" && !GROUPS.includes(text)) throw invalidArgument("Invalid group uri", "uri", text);
    if (name === "id" && !CANONICAL_ID.test(text)) throw invalidArgument("Invalid id", "id", text);
    if (!["uri", "id", "emailAddress"].includes(name))
      throw invalidArgument("Argument format not recognized", header, value);
  }
}

function checkPolicy({ Grants, Owner }: NonNullable<AclInput["AccessControlPolicy"]>): void {
  if (Owner?.ID === undefined || Grants === undefined) throw malformed();
  if (!CANONICAL_ID.test(Owner.ID)) throw invalidArgument("Invalid id", "CanonicalUser/ID", Owner.ID);
  for (const { Grantee, Permission = "" } of Grants) {
    if (!PERMISSIONS.includes(Permission)) throw malformed();
    if (Grantee?.Type === "Group") {
      if (!GROUPS.includes(Grantee.URI ?? ""))
        throw invalidArgument("Invalid group uri", "Group/URI", Grantee.URI);
    } else if (Grantee?.Type === "CanonicalUser") {
      if (!CANONICAL_ID.test(Grantee.ID ?? ""))
        throw invalidArgument("Invalid id", "CanonicalUser/ID", Grantee.ID);
    } else if (Grantee?.Type !== "AmazonCustomerByEmail") throw malformed();
  }
}

const malformed = (): AwsError =>
  new AwsError(
    "MalformedACLError",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

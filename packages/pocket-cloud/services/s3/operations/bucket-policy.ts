import type { PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { AwsError } from "../../../errors";
import { bucketArn } from "../names";
import { type Make, onBucket } from "../operation";
import { checkStatement } from "../policy-statement";
import { deleteConfiguration, readConfiguration, writeConfiguration } from "./configurations";

interface StoredPolicy {
  readonly text: string;
}

const noPolicy = () => new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404);

export const getBucketPolicy: Make<"GetBucketPolicy"> = (store) => ({
  ...onBucket("s3:GetBucketPolicy"),
  run: (input) => ({ Policy: readConfiguration<StoredPolicy>(store, input, "policy", noPolicy)?.text }),
});

export const putBucketPolicy: Make<"PutBucketPolicy"> = (store) => ({
  ...onBucket("s3:PutBucketPolicy"),
  run: (input, { caller }) => {
    const text = input.Policy ?? "";
    const { name } = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    checkPolicy(text, name);
    const block = readConfiguration<PublicAccessBlockConfiguration>(store, input, "publicAccessBlock");
    if (block?.BlockPublicPolicy && statementsOf(text).some(isPublic))
      throw new AwsError(
        "AccessDenied",
        `User: ${caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn(name)}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
        403,
      );
    return writeConfiguration(store, input, "policy", { text });
  },
});

export const deleteBucketPolicy: Make<"DeleteBucketPolicy"> = deleteConfiguration(
  "s3:DeleteBucketPolicy",
  "policy",
);

export const getBucketPolicyStatus: Make<"GetBucketPolicyStatus"> = (store) => ({
  ...onBucket("s3:GetBucketPolicyStatus"),
  run: (input) => {
    const text = readConfiguration<StoredPolicy>(store, input, "policy", noPolicy)?.text ?? "{}";
    return { PolicyStatus: { IsPublic: statementsOf(text).some(isPublic) } };
  },
});

const malformed = (message: string) => new AwsError("MalformedPolicy", message);

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
  readonly NotPrincipal?: unknown;
}

const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

const statementsOf = (text: string): Statement[] =>
  list((JSON.parse(text) as { Statement?: unknown }).Statement) as Statement[];

function checkPolicy(text: string, bucket: string): void {
  if (Buffer.byteLength(text) > 20 * 1024) throw malformed("Policies must be at most 20 KB");
  if (!text.startsWith("{")) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  let statements: Statement[];
  try {
    statements = statementsOf(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  if (statements.length === 0) throw malformed("Missing required field Statement");
  for (const statement of statements) {
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
      throw malformed("Missing required field Effect");
    if (statement.Principal === undefined && statement.NotPrincipal === undefined)
      throw malformed("Missing required field Principal");
    // IAM User Guide, NotPrincipal: it goes with Deny only.
    if (statement.Effect === "Allow" && statement.NotPrincipal !== undefined)
      throw malformed("Allow with NotPrincipal is not allowed.");
    if (statement.Action === undefined && statement.NotAction === undefined)
      throw malformed("Missing required field Action");
    const resources = [...list(statement.Resource), ...list(statement.NotResource)];
    if (resources.length === 0) throw malformed("Missing required field Resource");
    const arn = bucketArn(bucket);
    if (
      !resources.every(
        (resource) =>
          resource === arn || String(resource).startsWith(`${arn}/`) || String(resource) === `${arn}*`,
      )
    )
      throw malformed("Policy has invalid resource");
    checkStatement(statement, arn);
  }
}

/** Allows everybody something, without a condition. */
const isPublic = ({ Effect, Principal, Condition }: Statement): boolean =>
  Effect === "Allow" &&
  Condition === undefined &&
  (Principal === "*" || list((Principal as { AWS?: unknown } | undefined)?.AWS).includes("*"));

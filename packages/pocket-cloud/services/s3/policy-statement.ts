import { AwsError } from "../../errors";
import { isOperator } from "../iam/policy/conditions";

interface Statement {
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const malformed = (message: string) => new AwsError("MalformedPolicy", message);

const textsOf = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

/**
 * What S3 says of a statement whose members are all there. The messages are AWS's: S3-Uploads issue 239, and versitygw
 * issues 645 and 649. That of an unknown operator is IAM's.
 */
export function checkStatement(statement: Statement, bucketArn: string): void {
  if (!textsOf(accountsOf(statement.Principal)).every(isPrincipal))
    throw malformed("Invalid principal in policy");
  const actions = [...textsOf(statement.Action), ...textsOf(statement.NotAction)];
  if (!actions.every(isAction)) throw malformed("Policy has invalid action");
  const resources = textsOf(statement.Resource);
  const kinds = {
    object: resources.some((one) => one !== bucketArn),
    bucket: coversBucket(resources, bucketArn),
  };
  for (const action of textsOf(statement.Action)) {
    const kind = kindOf(action);
    if (resources.length > 0 && kind && !kinds[kind])
      throw malformed("Action does not apply to any resource(s) in statement");
  }
  for (const operator of Object.keys((statement.Condition ?? {}) as object))
    if (!isOperator(operator)) throw malformed(`Invalid Condition type : ${operator}`);
}

const coversBucket = (resources: readonly string[], arn: string): boolean =>
  resources.some((one) => one === arn || one === `${arn}*`);

const accountsOf = (principal: unknown): unknown =>
  typeof principal === "object" && principal !== null ? (principal as { AWS?: unknown }).AWS : principal;

/** Everybody, an account, an identity's ARN, or the ID that S3 shows of an identity that was deleted. */
const isPrincipal = (text: string): boolean =>
  /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:.+|arn:[\w-]+:iam::cloudfront:.+|A[A-Z0-9]{15,})$/.test(text);

function isAction(text: string): boolean {
  if (text === "*") return true;
  const [, service = "", name = ""] = /^([^:]*):([A-Za-z*?]+)$/.exec(text) ?? [];
  return /^s3(-|express|tables)?/i.test(service) && !OPERATIONS.has(name.toLowerCase());
}

/** Operations of S3 that are no actions: others authorize them (Service authorization reference, Amazon S3). */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...["listobjects", "listobjectsv2", "listobjectversions", "listbuckets", "headobject", "headbucket"],
  ...["copyobject", "deleteobjects", "uploadpart", "uploadpartcopy", "createmultipartupload"],
  ...["completemultipartupload", "listmultipartuploads", "listparts"],
]);

/** What an action applies to, when it names one alone. */
function kindOf(action: string): "object" | "bucket" | undefined {
  const name = action.replace(/^s3:/i, "").toLowerCase();
  if (/[*?]/.test(name)) return undefined;
  return OBJECT_ACTIONS.has(name) ? "object" : BUCKET_ACTIONS.has(name) ? "bucket" : undefined;
}

const OBJECT_ACTIONS: ReadonlySet<string> = new Set([
  ...["getobject", "getobjectacl", "getobjectattributes", "getobjecttagging", "getobjectversion"],
  ...["getobjectversiontagging", "getobjectlegalhold", "getobjectretention"],
  ...["putobject", "putobjectacl", "putobjecttagging", "putobjectversiontagging", "putobjectlegalhold"],
  ...["putobjectretention", "deleteobject", "deleteobjecttagging", "deleteobjectversion", "restoreobject"],
  ...["abortmultipartupload", "listmultipartuploadparts", "bypassgovernanceretention"],
]);

const BUCKET_ACTIONS: ReadonlySet<string> = new Set([
  ...["listbucket", "listbucketversions", "listbucketmultipartuploads", "deletebucket"],
  ...["getbucketlocation", "getbucketacl", "getbucketpolicy", "getbucketversioning", "getbuckettagging"],
  ...["getbucketnotification", "getbucketlogging", "getbucketcors", "getencryptionconfiguration"],
  ...[
    "getlifecycleconfiguration",
    "putbucketacl",
    "putbucketpolicy",
    "putbucketversioning",
    "putbuckettagging",
  ],
  ...["putbucketnotification", "putbucketlogging", "putbucketcors", "putencryptionconfiguration"],
  ...["putlifecycleconfiguration", "deletebucketpolicy"],
]);

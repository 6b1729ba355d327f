import type { AssumeRoleCommandInput as AssumeRoleInput, Tag } from "@aws-sdk/client-sts";
import type { Caller, SessionGrant } from "../../caller";
import { AwsError, unsupported, validationError } from "../../errors";
import type { ConditionKeys, ServiceFactory } from "../../service";
import { identityPolicyFault } from "../iam/policy/faults";

const DEFAULT_SECONDS = 3600;
/** Partition, service and resource must be there (recorded by LocalStack's test_sts_invalid_parameters). */
const ROLE_ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/;

/** Keys ignore case (recorded by LocalStack's test_assume_role_tag_validation). */
function checkSessionTags(
  { session: { transitiveTags = [] } = {} }: Caller,
  tags: readonly Tag[] = [],
  transitive: readonly string[] = [],
): void {
  const invalid = (message: string) => new AwsError("InvalidParameterValue", message);
  const keys = tags.map(({ Key = "" }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  if (transitive.some((key) => !keys.includes(key.toLowerCase())))
    throw invalid("The specified transitive tag key must be included in the requested tags.");
  if (transitiveTags.some((key) => keys.includes(key.toLowerCase())))
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
}

/** STS API reference, AssumeRole: the text of session policies has at most 2,048 characters. */
const MAX_POLICY_CHARACTERS = 2048;

function checkPolicy(text: string | undefined): void {
  if (text === undefined) return;
  if (text.length > MAX_POLICY_CHARACTERS)
    throw validationError(
      `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${MAX_POLICY_CHARACTERS}`,
    );
  const fault = identityPolicyFault(text, "inline");
  if (fault !== undefined) throw new AwsError("MalformedPolicyDocumentException", fault);
}

/** A chained role's session keeps the transitive tags of the session that assumes it. */
function grantOf({ session }: Caller, input: AssumeRoleInput): SessionGrant | undefined {
  const { transitiveTags: kept = [], tags = {} } = session ?? {};
  const { Policy, PolicyArns = [], Tags = [], TransitiveTagKeys = [] } = input;
  const policyArns = PolicyArns.flatMap(({ arn }) => arn ?? []);
  const transitiveTags = [...kept, ...TransitiveTagKeys];
  const given = Tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);
  const inherited = Object.entries(tags).filter(([key]) => kept.includes(key));
  const all = Object.fromEntries([...inherited, ...given]);
  const grant = {
    ...(Policy !== undefined && { policies: [Policy] }),
    ...(policyArns.length > 0 && { policyArns }),
    ...(Object.keys(all).length > 0 && { tags: all }),
    ...(transitiveTags.length > 0 && { transitiveTags }),
  };
  return Object.keys(grant).length > 0 ? grant : undefined;
}

function keysOf({ ExternalId, Tags = [], TransitiveTagKeys = [] }: AssumeRoleInput): ConditionKeys {
  return {
    ...(ExternalId !== undefined && { "sts:ExternalId": ExternalId }),
    ...Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [`aws:RequestTag/${Key}`, Value])),
    ...(Tags.length > 0 && { "aws:TagKeys": Tags.map(({ Key = "" }) => Key) }),
    ...(TransitiveTagKeys.length > 0 && { "sts:TransitiveTagKeys": TransitiveTagKeys }),
  };
}

export const sts: ServiceFactory<"sts"> = (cloud) => ({
  name: "sts",
  operations: {
    AssumeRole: {
      // assumeAs authorizes the call: the role's trust policy and the caller's policies decide together.
      actions: [],
      run: (input, { caller }) => {
        const { RoleArn = "", RoleSessionName = "", DurationSeconds: seconds = DEFAULT_SECONDS } = input;
        if (!ROLE_ARN.test(RoleArn)) throw validationError(`${RoleArn} is invalid`);
        if (input.SourceIdentity !== undefined) throw unsupported("source identities of role sessions");
        if (input.SerialNumber !== undefined || input.TokenCode !== undefined)
          throw unsupported("multi-factor authentication");
        checkPolicy(input.Policy);
        checkSessionTags(caller, input.Tags, input.TransitiveTagKeys);
        const identities = cloud.identities();
        const tagged = (input.Tags ?? []).length > 0;
        const session = identities.assumeAs(caller, RoleArn, RoleSessionName, keysOf(input), seconds, tagged);
        const issued = identities.credentialsFor(
          RoleArn,
          RoleSessionName,
          "sts.amazonaws.com",
          seconds,
          grantOf(caller, input),
        );
        return {
          Credentials: {
            AccessKeyId: issued.accessKeyId,
            SecretAccessKey: issued.secretAccessKey,
            SessionToken: issued.sessionToken,
            Expiration: issued.expiration,
          },
          AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
        };
      },
    },
    GetCallerIdentity: {
      // AWS allows this call to every caller.
      actions: [],
      run: (_input, { caller }) => ({ UserId: caller.userId, Account: caller.accountId, Arn: caller.arn }),
    },
  },
});

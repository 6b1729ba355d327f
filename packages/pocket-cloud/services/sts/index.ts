import type { Tag } from "@aws-sdk/client-sts";
import type { Caller } from "../../caller";
import { AwsError, validationError } from "../../errors";
import type { ServiceFactory } from "../../service";

const DEFAULT_SECONDS = 3600;
/** Partition, service and resource must be there (recorded by LocalStack's test_sts_invalid_parameters). */
const ROLE_ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/;

/** Keys ignore case (recorded by LocalStack's test_assume_role_tag_validation). No condition key reads session tags here. */
function checkSessionTags(
  { transitiveTags = [] }: Caller,
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

export const sts: ServiceFactory<"sts"> = (cloud) => ({
  name: "sts",
  operations: {
    AssumeRole: {
      // assumeAs authorizes the call: the role's trust policy and the caller's policies decide together.
      actions: [],
      run: (input, { caller }) => {
        const { RoleArn = "", RoleSessionName = "", DurationSeconds: seconds = DEFAULT_SECONDS } = input;
        if (!ROLE_ARN.test(RoleArn)) throw validationError(`${RoleArn} is invalid`);
        checkSessionTags(caller, input.Tags, input.TransitiveTagKeys);
        const transitiveTags = [...(caller.transitiveTags ?? []), ...(input.TransitiveTagKeys ?? [])];
        const identities = cloud.identities();
        const context = input.ExternalId === undefined ? {} : { "sts:ExternalId": input.ExternalId };
        const session = identities.assumeAs(caller, RoleArn, RoleSessionName, context, seconds);
        const issued = identities.credentialsFor(
          RoleArn,
          RoleSessionName,
          "sts.amazonaws.com",
          seconds,
          transitiveTags,
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

import { validationError } from "../../errors";
import type { ServiceFactory } from "../../service";

const DEFAULT_SECONDS = 3600;
/** Partition, service and resource must be there (recorded by LocalStack's test_sts_invalid_parameters). */
const ROLE_ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/;

export const sts: ServiceFactory<"sts"> = (cloud) => ({
  name: "sts",
  operations: {
    AssumeRole: {
      // assumeAs authorizes the call: the role's trust policy and the caller's policies decide together.
      actions: [],
      run: (input, { caller }) => {
        const { RoleArn = "", RoleSessionName = "", DurationSeconds: seconds = DEFAULT_SECONDS } = input;
        if (!ROLE_ARN.test(RoleArn)) throw validationError(`${RoleArn} is invalid`);
        const identities = cloud.identities();
        const context = input.ExternalId === undefined ? {} : { "sts:ExternalId": input.ExternalId };
        const session = identities.assumeAs(caller, RoleArn, RoleSessionName, context, seconds);
        const issued = identities.credentialsFor(RoleArn, RoleSessionName, "sts.amazonaws.com", seconds);
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

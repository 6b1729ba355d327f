import type { CloudContext, Operations } from "../../../service";

/** The role's trust policy stands on its resource: it and the caller's own policies decide together. */
export const assumeRole = (cloud: CloudContext): NonNullable<Operations<"sts">["AssumeRole"]> => ({
  rules: {
    RoleArn: { length: [20, 2048] },
    RoleSessionName: { length: [2, 64], pattern: /[\w+=,.@-]*/ },
    DurationSeconds: { range: [900, 43200] },
  },
  actions: [],
  run: ({ RoleArn = "", RoleSessionName = "", DurationSeconds, ExternalId }, { caller }) => {
    const identities = cloud.identities();
    const context = ExternalId === undefined ? {} : { "sts:ExternalId": ExternalId };
    const seconds = DurationSeconds ?? 3600;
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
});

import type { Caller } from "../../caller";
import { AwsError, validationError } from "../../errors";
import type { Identities } from "../../service";
import { type Account, noSuchEntity } from "./account";
import { authorizer } from "./authorize";
import type { Keys } from "./keys";
import { parsePolicy } from "./policy/document";
import { evaluate } from "./policy/evaluate";
import { lowerCased } from "./policy/patterns";
import type { Role } from "./store";
import { issueCredentials, readCredentials } from "./temporary";

/** AWS's limit for a session that a role session opens. */
const MAX_CHAINED_SECONDS = 3600;

const ASSUME = "sts:AssumeRole";

/** Finds callers by access key, opens role sessions, and authorizes calls. `extraKeys` also sign as administrator. */
export function identitiesOf(account: Account, keys: Keys, extraKeys?: Keys["administrator"]): Identities {
  const { accountId, clock } = account.cloud;
  const { roles } = account.store;
  const administrator: Caller = { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  const authorize = authorizer(account);

  const callerOf = (role: Role, sessionName: string, service?: string): Caller => ({
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    role: { arn: role.arn, name: role.name, sessionName },
    ...(service !== undefined && { viaService: service }),
  });

  const findRole = (arn: string): Role | undefined => {
    const role = roles.get(arn.split("/").at(-1) ?? "");
    return role?.arn === arn ? role : undefined;
  };
  const roleByArn = (arn: string): Role => {
    const role = findRole(arn);
    if (role) return role;
    throw noSuchEntity(`The role ${arn} cannot be found.`);
  };

  /** The context keys against the confused-deputy problem name the account and the source. */
  const trustsService = (role: Role, service: string, sourceArn?: string): boolean =>
    evaluate(parsePolicy(role.trust), {
      action: ASSUME,
      resource: role.arn,
      context: () => ({
        // AWS documents the external ID for Firehose (Firehose developer guide, "Allow Firehose to assume an IAM role").
        ...(service === "firehose.amazonaws.com"
          ? { "sts:externalid": accountId }
          : { "aws:sourceaccount": accountId }),
        ...(sourceArn !== undefined && { "aws:sourcearn": sourceArn }),
      }),
      principal: { arns: [], accountId: "", service },
    }) === "allow";

  /** Trust in the caller's own ARN is enough. Trust in the account also needs an identity policy of the caller. */
  const canAssume = (caller: Caller, role: Role, context: Readonly<Record<string, string>>): boolean => {
    const arns = [caller.arn, ...(caller.role ? [caller.role.arn] : [])];
    const trusts = (trustedAccount: string) =>
      evaluate(parsePolicy(role.trust), {
        action: ASSUME,
        resource: role.arn,
        context: () => lowerCased(context),
        principal: { arns, accountId: trustedAccount },
      }) === "allow";
    if (!trusts(caller.accountId)) return false;
    if (!trusts("")) authorize(caller, ASSUME, [role.arn]);
    return true;
  };

  return {
    administrator,
    authorize,
    byAccessKey: (accessKeyId, sessionToken) => {
      if (accessKeyId === keys.administrator.accessKeyId)
        return { caller: administrator, secretAccessKey: keys.administrator.secretAccessKey };
      if (extraKeys && accessKeyId === extraKeys.accessKeyId)
        return { caller: administrator, secretAccessKey: extraKeys.secretAccessKey, guessable: true };
      const session = readCredentials(keys.tokenSecret, accessKeyId, sessionToken, clock.now());
      const { transitiveTags } = session;
      const caller: Caller = {
        ...callerOf(roleByArn(session.roleArn), session.sessionName),
        ...(transitiveTags && { transitiveTags }),
      };
      return { caller, secretAccessKey: session.secretAccessKey };
    },
    credentialsFor: (roleArn, sessionName, _service, seconds, transitiveTags = []) => {
      const role = roleByArn(roleArn);
      const expires = clock.now() + (seconds ?? role.maxSessionSeconds) * 1000;
      return issueCredentials(keys.tokenSecret, {
        roleArn: role.arn,
        sessionName,
        expires,
        ...(transitiveTags.length > 0 && { transitiveTags }),
      });
    },
    assume: (roleArn, sessionName, service, sourceArn) => {
      const role = roleByArn(roleArn);
      if (!trustsService(role, service, sourceArn)) throw assumeDenied(service, role.arn);
      return callerOf(role, sessionName, service);
    },
    assumeAs: (caller, roleArn, sessionName, context = {}, seconds = 0) => {
      const role = findRole(roleArn);
      if (!role || !canAssume(caller, role, context)) throw assumeDenied(caller.arn, roleArn);
      if (seconds > role.maxSessionSeconds)
        throw validationError(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        );
      if (caller.role && seconds > MAX_CHAINED_SECONDS)
        throw validationError(
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      return callerOf(role, sessionName);
    },
  };
}

const assumeDenied = (user: string, roleArn: string): AwsError =>
  new AwsError(
    "AccessDeniedException",
    `User: ${user} is not authorized to perform: ${ASSUME} on resource: ${roleArn}`,
    403,
  );
